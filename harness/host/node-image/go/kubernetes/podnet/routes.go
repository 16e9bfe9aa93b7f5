package podnet

import (
	"cmp"
	"slices"

	v1 "k8s.io/api/core/v1"
)

// A route to the pods of another node.
type route struct {
	podCIDR string
	via     string
}

// routesTo lists a route to each node but this one, in a fixed order. A node without pod network or address yet has none.
func routesTo(nodes []*v1.Node, nodeName string) []route {
	var routes []route
	for _, node := range nodes {
		if node.Name == nodeName || node.Spec.PodCIDR == "" {
			continue
		}
		for _, address := range node.Status.Addresses {
			if address.Type == v1.NodeInternalIP {
				routes = append(routes, route{podCIDR: node.Spec.PodCIDR, via: address.Address})
				break
			}
		}
	}
	slices.SortFunc(routes, func(a, b route) int { return cmp.Compare(a.podCIDR, b.podCIDR) })
	return routes
}
