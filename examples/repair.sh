#!/bin/bash
# An example of a repair of one's own, the plain way: one control plane, kubeadm, no gates.
#   drill run lost-pki --masters 1 --recovery examples/repair.sh
# drill gives it DRILL_INVENTORY (JSON: the machines, and the kubeadm configuration of each control plane) and DRILL_SSH (as ssh: NODE COMMAND…).
set -euo pipefail

inventory() { node -p "const i = JSON.parse(require('fs').readFileSync(process.env.DRILL_INVENTORY, 'utf8')); $1"; }
on() { "$DRILL_SSH" "$@"; }

[ "$(inventory 'i.controlPlanes.length')" = 1 ] || { echo 'this example repairs one control plane only' >&2; exit 1; }
config=$(inventory 'i.controlPlanes[0].kubeadmConfig ?? ""')
[ -n "$config" ] || { echo 'this example needs the kubeadm configuration' >&2; exit 1; }
master=$(inventory 'i.controlPlanes[0].name')
workers=$(inventory 'i.workers.map((worker) => worker.name).join(" ")')
kubectl='kubectl --kubeconfig /etc/kubernetes/super-admin.conf'

echo "certificates, kubeconfigs and manifests on $master"
on "$master" 'umask 077; cat > /root/kubeadm.yaml' < "$config"
on "$master" 'set -e; C="--config /root/kubeadm.yaml"
  test -s /var/lib/etcd/member/snap/db
  for sandbox in $(crictl pods --namespace kube-system --label tier=control-plane --quiet); do crictl rmp -f $sandbox; done
  kubeadm init phase certs all $C
  kubeadm init phase kubeconfig all $C
  kubeadm init phase etcd local $C
  kubeadm init phase control-plane all $C' < /dev/null

echo 'kubelets: a new identity each'
on "$master" 'rm -f /var/lib/kubelet/pki/kubelet-client-*; systemctl restart kubelet' < /dev/null
for ((look = 0; look < 300; look++)); do
  if on "$master" "$kubectl get --raw /readyz" < /dev/null > /dev/null 2>&1; then break; fi
  sleep 0.5
done
for worker in $workers; do
  on "$master" "kubeadm kubeconfig user --config /root/kubeadm.yaml --org system:nodes --client-name system:node:$worker" < /dev/null |
    on "$worker" 'umask 077; mkdir -p /etc/kubernetes; cat > /etc/kubernetes/kubelet.conf'
  on "$master" 'cat /etc/kubernetes/pki/ca.crt' < /dev/null | on "$worker" 'mkdir -p /etc/kubernetes/pki; cat > /etc/kubernetes/pki/ca.crt'
done

echo 'wait until the new CA is in every namespace, so that no pod gets a new token beside the old CA'
on "$master" "set -e; ca=\$(cat /etc/kubernetes/pki/ca.crt)
  for ((look = 0; look < 300; look++)); do
    old=0
    for namespace in \$($kubectl get namespaces --output name | sed 's,.*/,,'); do
      [ \"\$($kubectl get configmap --namespace \$namespace kube-root-ca.crt --output 'jsonpath={.data.ca\\.crt}')\" = \"\$ca\" ] || old=1
    done
    if [ \$old = 0 ]; then exit 0; fi
    sleep 0.5
  done
  echo 'the new CA was not published' >&2; exit 1" < /dev/null
for node in $master $workers; do
  on "$node" 'rm -f /var/lib/kubelet/pki/kubelet-client-*; systemctl restart kubelet' < /dev/null
done

echo 'tokens in Secrets'
on "$master" "$kubectl get secrets --all-namespaces --field-selector type=kubernetes.io/service-account-token --no-headers \
  --output custom-columns=:metadata.namespace,:metadata.name" < /dev/null 2> /dev/null | while read -r namespace name; do
  on "$master" "$kubectl patch secret --namespace $namespace $name --type merge --patch '{\"data\":{\"token\":null}}'" < /dev/null
done

echo 'wait until every node is Ready by its own word'
on "$master" "since=\$(date -u +%FT%TZ)
  for ((look = 0; look < 300; look++)); do
    old=\$($kubectl get leases --namespace kube-node-lease --no-headers --output custom-columns=:spec.renewTime | awk -v since=\$since '\$1 < since' | wc -l)
    if [ \$old = 0 ] && ! $kubectl get nodes --no-headers | grep -q NotReady; then exit 0; fi
    sleep 0.5
  done
  echo 'not every node came back' >&2; exit 1" < /dev/null

echo 'restart what read the CA at its start, in place: same pods, same addresses'
for node in $master $workers; do
  on "$node" 'for pod in $(crictl pods --namespace kube-system --state Ready --quiet --label k8s-app) $(crictl pods --namespace kube-system --state Ready --quiet --label app); do
    containers=$(crictl ps --quiet --pod $pod)
    if [ -n "$containers" ]; then crictl stop --timeout 10 $containers; fi
  done' < /dev/null
done
on "$master" 'kubeadm init phase bootstrap-token --config /root/kubeadm.yaml > /dev/null' < /dev/null
echo 'done'
