# From now on this kubelet knows the API by a name that only apiserver.crt has.
name=api.neighbourhood.example
server=$(sed -nE 's#^ *server: https://([^:/]+).*#\1#p' /etc/kubernetes/kubelet.conf)
address=$(getent ahostsv4 "$server" | awk '{ print $1; exit }')
echo "$address $name" >> /etc/hosts
sed -i "s#https://$server:#https://$name:#" /etc/kubernetes/kubelet.conf
systemctl restart kubelet
