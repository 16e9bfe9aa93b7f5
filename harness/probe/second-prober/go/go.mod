module drill.local/second-prober

go 1.22
