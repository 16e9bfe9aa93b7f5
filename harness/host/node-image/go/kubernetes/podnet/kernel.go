package podnet

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/vishvananda/netlink"
	"k8s.io/kubernetes/pkg/util/iptables"
)

const configurationFile = "/etc/cni/net.d/10-podnet.conflist"

// kernel is the network of the node that podnet runs on.
type kernel struct{}

func (kernel) ensureRoute(wanted route) error {
	_, destination, err := net.ParseCIDR(wanted.podCIDR)
	if err != nil {
		return err
	}
	gateway := net.ParseIP(wanted.via)
	if gateway == nil {
		return fmt.Errorf("%q is no address", wanted.via)
	}
	if err := netlink.RouteReplace(&netlink.Route{Dst: destination, Gw: gateway}); err != nil {
		return fmt.Errorf("route to %s via %s: %w", wanted.podCIDR, wanted.via, err)
	}
	return nil
}

// ensureMasquerade gives pods the node's address on their way out of the pod network, and only there.
func (kernel) ensureMasquerade(podSubnet string) error {
	_, err := iptables.New(iptables.ProtocolIPv4).EnsureRule(iptables.Append, iptables.TableNAT, iptables.ChainPostrouting,
		"-s", podSubnet, "!", "-d", podSubnet, "-m", "addrtype", "!", "--dst-type", "LOCAL",
		"-m", "comment", "--comment", "podnet: pods leaving the cluster", "-j", "MASQUERADE")
	return err
}

// ensureConfiguration replaces the file in one step: containerd watches the directory and must never read half of it.
func (kernel) ensureConfiguration(conflist []byte) error {
	if have, err := os.ReadFile(configurationFile); err == nil && bytes.Equal(have, conflist) {
		return nil
	}
	partial := filepath.Join(filepath.Dir(configurationFile), ".podnet.partial")
	if err := os.WriteFile(partial, conflist, 0o644); err != nil {
		return err
	}
	return os.Rename(partial, configurationFile)
}
