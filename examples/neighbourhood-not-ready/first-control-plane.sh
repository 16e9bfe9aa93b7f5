# The agent of the network would write its configuration again wherever it starts: it leaves the last worker, and is replaced nowhere else.
kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace kube-system "$@"; }
last=$(kube get nodes --selector '!node-role.kubernetes.io/control-plane' --sort-by .metadata.name --output name | tail -n 1)
# Clients of the API are moved before: on a Node without a network, kubelet renews no token for them.
kube drain "${last#node/}" --ignore-daemonsets --pod-selector 'app in (api-client, api-client-once, aggregated-api)' --timeout 60s
agent=$(kube get daemonsets --output name | grep -v /kube-proxy)
kube label "$last" example.com/network=none
kube patch "$agent" --patch '
spec:
  updateStrategy: { type: OnDelete, rollingUpdate: null }
  template:
    spec:
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{ key: example.com/network, operator: NotIn, values: [none] }]'
deadline=$((SECONDS + 60))
while kube get pods --field-selector "spec.nodeName=${last#node/}" --output name | grep -q "/${agent##*/}-"; do
  if [ "$SECONDS" -gt "$deadline" ]; then echo 'the agent of the network does not leave' >&2; exit 1; fi
  sleep 1
done
