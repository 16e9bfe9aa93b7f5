// Package tencentvpc has no backend: what it imports cannot be had from every Go proxy. flannel's main imports the package alone.
package tencentvpc
