#!/bin/sh
# Starts dockerd as root where no service manager does, apart from the terminal and session that asked for it, and prints its pid.
set -eu
log=/var/log/drill-dockerd.log

# Where /var/run outlives a reboot, a stale pid file may name another process, and dockerd would refuse to start.
for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
  [ -e "$file" ] || continue
  case $(cat "/proc/$(cat "$file")/comm" 2>/dev/null || true) in
    dockerd | containerd) ;;
    *) rm -f "$file" ;;
  esac
done

# Out of the caller's control groups: their limits and their end are not the engine's.
leave_control_groups() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    set -- /sys/fs/cgroup/cgroup.procs
  else
    set -- /sys/fs/cgroup/*/cgroup.procs
  fi
  for group in "$@"; do echo 0 2>/dev/null >"$group" || true; done
}

(
  leave_control_groups
  exec setsid dockerd --host=unix:///var/run/docker.sock
) </dev/null >>"$log" 2>&1 &
echo $!
