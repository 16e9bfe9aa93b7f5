# The API servers answer 401 to a health check without credentials. That a TLS handshake succeeds says enough. The image has bash and
# few other tools.
cd /home/envoy
check='tcp_health_check: {}'
cds=$(< cds.yaml)
echo "${cds/http_health_check:*\/healthz/$check}" > cds.yaml.new
chmod 666 cds.yaml.new
mv cds.yaml.new cds.yaml
# It looks for changes every half a second.
sleep 2
