package podnet

import "encoding/json"

type object = map[string]any

// conflist is the CNI configuration of a node: each pod gets a veth pair with an address of the node's own range, and host
// ports where it asks for them. Masquerading is left to one rule of the node's (see ensureMasquerade).
func conflist(podCIDR string) []byte {
	text, err := json.MarshalIndent(object{
		"cniVersion": "0.3.1",
		"name":       "podnet",
		"plugins": []object{
			{
				"type":   "ptp",
				"ipMasq": false,
				"mtu":    1500,
				"ipam": object{
					"type": "host-local",
					// On a tmpfs: addresses do not outlive a restart of the node, as its pods' sandboxes don't.
					"dataDir": "/run/cni-ipam-state",
					"routes":  []object{{"dst": "0.0.0.0/0"}},
					"ranges":  [][]object{{{"subnet": podCIDR}}},
				},
			},
			{"type": "portmap", "capabilities": object{"portMappings": true}},
		},
	}, "", "  ")
	if err != nil {
		panic(err) // not with these types
	}
	return append(text, '\n')
}
