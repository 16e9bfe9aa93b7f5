// Package udp has no backend: it is written in C in part. flannel's main imports the package alone.
package udp
