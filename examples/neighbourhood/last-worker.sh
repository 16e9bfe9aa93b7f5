# This kubelet has its pods elsewhere, as on a disk of their own. They are moved as an operator does it: started there again.
root=/var/lib/operators-kubelet
flags=/etc/default/kubelet
running() { crictl ps --quiet --state Running | wc -l; }

before=$(running)
systemctl stop kubelet
crictl --timeout 60s rmp --all --force > /dev/null
awk '$2 ~ "^/var/lib/kubelet/pods/" { print $2 }' /proc/mounts | xargs --no-run-if-empty umount
rm -rf /var/lib/kubelet/pods
mkdir -p "$root"
touch "$flags"
own=$(sed -n 's/^KUBELET_EXTRA_ARGS=//p' "$flags" | tr -d '"')
sed -i '/^KUBELET_EXTRA_ARGS=/d' "$flags"
echo "KUBELET_EXTRA_ARGS=\"$own --root-dir=$root\"" >> "$flags"
systemctl start kubelet

deadline=$((SECONDS + 120))
while [ "$(running)" -lt "$before" ]; do
  if [ "$SECONDS" -gt "$deadline" ]; then echo 'the pods do not run again' >&2; exit 1; fi
  sleep 1
done
