# The CRDs of cert-manager lie in the image, from its module. They are read by a pod, because no machine of the control plane has the image.
kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
pod='{"spec": {"terminationGracePeriodSeconds": 0}}'
kube run crds --image DRILL_NEIGHBOURS_IMAGE --image-pull-policy IfNotPresent --restart Never --overrides "$pod" \
  --command -- bash -c 'cat /crds/*.yaml'
kube wait pod crds --for jsonpath='{.status.phase}'=Succeeded --timeout 60s
kube logs crds | kube apply --server-side --filename -
kube delete pod crds
kube wait customresourcedefinition certificates.cert-manager.io issuers.cert-manager.io --for condition=Established --timeout 30s
