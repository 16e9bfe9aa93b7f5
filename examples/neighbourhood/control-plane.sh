# Edits a control plane as its operator would, and waits until all of it is in force.
kube() { kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"; }
manifests=/etc/kubernetes/manifests

# A name that only the certificate has: the configuration was never told of it.
configuration=$(mktemp)
kube get configmap --namespace kube-system kubeadm-config --output jsonpath='{.data.ClusterConfiguration}' |
  sed 's/^\( *\)certSANs:$/&\n\1- api.neighbourhood.example/' > "$configuration"
rm /etc/kubernetes/pki/apiserver.crt /etc/kubernetes/pki/apiserver.key
kubeadm init phase certs apiserver --config "$configuration"
rm "$configuration"

# In one write each: kubelet would start what half of it says.
edit() {
  local edited
  edited=$(mktemp)
  perl -0pe "$2" "$manifests/$1.yaml" > "$edited"
  cp "$edited" "$manifests/$1.yaml"
  rm "$edited"
}
edit kube-controller-manager 's/^    - kube-controller-manager$/$&\n    - --profiling=false\n    - --logging-format=json/m'
edit kube-scheduler 's/^    - kube-scheduler$/$&\n    - --profiling=false\n    - --logging-format=json/m'
# Probes without credentials would get 401.
edit kube-apiserver '
  s/^    - kube-apiserver$/$&\n    - --anonymous-auth=false\n    - --logging-format=json\n    - --admission-control-config-file=\/etc\/kubernetes\/operators\/admission.yaml/m;
  s/(--enable-admission-plugins=\S+)/$1,PodNodeSelector/;
  s/httpGet:\n( +)host: (\S+)\n +path: \S+\n +port: (\S+)\n +scheme: HTTPS\n/tcpSocket:\n$1host: $2\n$1port: $3\n/g;
  s/^    volumeMounts:$/$&\n    - mountPath: \/etc\/kubernetes\/operators\n      name: operators\n      readOnly: true/m;
  s/^  volumes:$/$&\n  - hostPath:\n      path: \/etc\/kubernetes\/operators\n      type: Directory\n    name: operators/m;
  s{^  containers:$}{$&\n  - name: operators-sidecar\n    image: DRILL_IMAGE_PAUSE\n    imagePullPolicy: IfNotPresent}m'

missing() {
  local component
  for component in kube-apiserver kube-controller-manager kube-scheduler; do
    kube get pod --namespace kube-system "$component-$(hostname)" --output json |
      jq --exit-status '([.spec.containers[].command // [] | index("--logging-format=json")] | any) and all(.status.containerStatuses[]; .ready)' > /dev/null || return 0
  done
  ! grep -qa logging-format=json "/proc/$(pgrep -x -n kube-apiserver)/cmdline"
}
deadline=$((SECONDS + 200))
while missing 2> /dev/null; do
  if [ "$SECONDS" -gt "$deadline" ]; then echo 'the edited control plane does not run' >&2; exit 1; fi
  sleep 2
done
