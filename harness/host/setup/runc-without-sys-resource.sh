#!/bin/sh
# runc for a host whose capability bounding set lacks CAP_SYS_RESOURCE (some virtual machines and containers).
# A privileged container asks for every capability, and runc refuses to grant one that it does not have itself.
# So this takes that single capability out of the bundle, and out of the process file that `exec` is given.
# In JSON a quote inside a string is written \", so the patterns match whole strings only, never a part of one.
set -eu

strip() {
  [ -f "$1" ] || return 0
  sed -i -e 's/"CAP_SYS_RESOURCE",//g' -e 's/,"CAP_SYS_RESOURCE"//g' -e 's/\["CAP_SYS_RESOURCE"\]/[]/g' "$1"
}

bundle=$PWD command='' process='' previous=''
for argument in "$@"; do
  case $previous in
    --bundle | -b) bundle=$argument ;;
    --process | -p) process=$argument ;;
  esac
  case $argument in
    --bundle=*) bundle=${argument#*=} ;;
    --process=*) process=${argument#*=} ;;
    create | run | exec) [ -n "$command" ] || command=$argument ;;
  esac
  previous=$argument
done

case $command in
  create | run) strip "$bundle/config.json" ;;
  exec) [ -z "$process" ] || strip "$process" ;;
esac

exec "$(PATH="$PATH:/usr/sbin:/usr/bin:/sbin:/usr/local/sbin" command -v runc)" "$@"
