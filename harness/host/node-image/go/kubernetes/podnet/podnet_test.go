package podnet

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	v1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"
)

func node(name, podCIDR, address string) *v1.Node {
	return &v1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       v1.NodeSpec{PodCIDR: podCIDR},
		Status: v1.NodeStatus{Addresses: []v1.NodeAddress{
			{Type: v1.NodeHostName, Address: name},
			{Type: v1.NodeInternalIP, Address: address},
		}},
	}
}

func TestRoutesLeaveOutThisNodeAndUnfinishedOnes(t *testing.T) {
	nodes := []*v1.Node{
		node("c", "10.244.2.0/24", "172.18.0.4"),
		node("a", "10.244.0.0/24", "172.18.0.2"),
		node("b", "10.244.1.0/24", "172.18.0.3"),
		node("new", "", "172.18.0.5"),
		{ObjectMeta: metav1.ObjectMeta{Name: "no-address"}, Spec: v1.NodeSpec{PodCIDR: "10.244.9.0/24"}},
	}
	want := []route{{"10.244.1.0/24", "172.18.0.3"}, {"10.244.2.0/24", "172.18.0.4"}}
	if got := routesTo(nodes, "a"); !slices.Equal(got, want) {
		t.Errorf("routes %v, want %v", got, want)
	}
}

func TestConflistNamesTheRange(t *testing.T) {
	var parsed struct {
		Plugins []struct {
			Type string
			IPAM struct {
				Ranges [][]struct{ Subnet string }
			}
		}
	}
	if err := json.Unmarshal(conflist("10.244.1.0/24"), &parsed); err != nil {
		t.Fatal(err)
	}
	if len(parsed.Plugins) != 2 || parsed.Plugins[0].IPAM.Ranges[0][0].Subnet != "10.244.1.0/24" {
		t.Errorf("unexpected configuration: %+v", parsed)
	}
}

type recorder struct {
	sync.Mutex
	routes        []route
	configuration string
	broken        bool
}

func (r *recorder) ensureRoute(wanted route) error {
	r.Lock()
	defer r.Unlock()
	if r.broken {
		return errors.New("no such device")
	}
	if !slices.Contains(r.routes, wanted) {
		r.routes = append(r.routes, wanted)
	}
	return nil
}

func (r *recorder) ensureMasquerade(string) error { return nil }

func (r *recorder) ensureConfiguration(text []byte) error {
	r.Lock()
	defer r.Unlock()
	r.configuration = string(text)
	return nil
}

func (r *recorder) has(t *testing.T, what string, look func(*recorder) bool) {
	t.Helper()
	for range 500 {
		r.Lock()
		ok := look(r)
		r.Unlock()
		if ok {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s: not so after 5 s: %+v", what, r.routes)
}

func TestFollowsNodesAndKeepsTheRoutesOfDeletedOnes(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	client := fake.NewClientset(node("a", "10.244.0.0/24", "172.18.0.2"), node("b", "10.244.1.0/24", "172.18.0.3"))
	network := &recorder{}
	done := make(chan error, 1)
	go func() { done <- follow(ctx, client, network, "a", "10.244.0.0/16") }()

	network.has(t, "a route to b", func(r *recorder) bool { return len(r.routes) == 1 && r.configuration != "" })
	if _, err := client.CoreV1().Nodes().Create(ctx, node("c", "10.244.2.0/24", "172.18.0.4"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	network.has(t, "a route to c", func(r *recorder) bool { return len(r.routes) == 2 })
	if err := client.CoreV1().Nodes().Delete(ctx, "b", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.CoreV1().Nodes().Create(ctx, node("d", "10.244.3.0/24", "172.18.0.5"), metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	network.has(t, "routes to b, c and d", func(r *recorder) bool { return len(r.routes) == 3 })
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestConfigurationIsWrittenThoughARouteFails(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	client := fake.NewClientset(node("a", "10.244.0.0/24", "172.18.0.2"), node("b", "10.244.1.0/24", "172.18.0.3"))
	network := &recorder{broken: true}
	go func() { _ = follow(ctx, client, network, "a", "10.244.0.0/16") }()
	network.has(t, "the configuration", func(r *recorder) bool { return r.configuration != "" })
}
