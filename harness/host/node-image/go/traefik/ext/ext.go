// Package ext has what a build of traefik may add to its configuration: nothing, as in traefik's own repository. The published module
// lacks it, since it is a module of its own there.
package ext

// HTTP is empty.
type HTTP struct{}

// Router is empty.
type Router struct{}
