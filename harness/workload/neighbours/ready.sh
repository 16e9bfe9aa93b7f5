# Waits until the neighbours do what they are there for: a pod that is ready says less.
kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
deadline=$((SECONDS + 200))
until_done() {
  until said=$("$@" 2>&1); do
    if [ "$SECONDS" -gt "$deadline" ]; then echo "$*: $said" >&2; exit 1; fi
    sleep 2
  done
}
for deployment in kube-system/metrics-server local-path-storage/local-path-provisioner drill-workload/keeper \
  cert-manager/cert-manager cert-manager/cert-manager-cainjector cert-manager/cert-manager-webhook traefik/traefik; do
  kube rollout status deployment --namespace "${deployment%/*}" "${deployment#*/}" --timeout 120s
done

issuer() {
  kube apply --filename - <<'END'
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: { name: self-signed, namespace: cert-manager }
spec: { selfSigned: {} }
END
}
# Until cainjector has given it its CA, the webhook refuses everything.
until_done issuer
kube wait issuer --namespace cert-manager self-signed --for condition=Ready --timeout 60s
kube wait apiservice v1beta1.metrics.k8s.io --for condition=Available --timeout 60s
figures() { [ "$(kube top nodes --no-headers | grep -c '%')" -eq "$(kube get nodes --output name | wc -l)" ]; }
until_done figures
