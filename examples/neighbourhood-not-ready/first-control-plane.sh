# kindnet would write its configuration again wherever it starts: it leaves the last worker, and is replaced nowhere else.
kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
last=$(kube get nodes --selector '!node-role.kubernetes.io/control-plane' --sort-by .metadata.name --output name | tail -n 1)
kube label "$last" example.com/network=none
kube patch daemonset --namespace kube-system kindnet --patch '
spec:
  updateStrategy: { type: OnDelete, rollingUpdate: null }
  template:
    spec:
      affinity:
        nodeAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            nodeSelectorTerms:
              - matchExpressions: [{ key: example.com/network, operator: NotIn, values: [none] }]'
kube wait pod --namespace kube-system --selector app=kindnet --field-selector "spec.nodeName=${last#node/}" --for delete --timeout 60s
