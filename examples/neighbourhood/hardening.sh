kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
kube delete rolebinding --namespace kube-public kubeadm:bootstrap-signer-clusterinfo
# Its pod runs on, and nobody can give it a token any more.
kube rollout status deployment --namespace neighbourhood orphan --timeout 120s
kube delete serviceaccount --namespace neighbourhood leaver
