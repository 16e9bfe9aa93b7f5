rm /etc/cni/net.d/*
