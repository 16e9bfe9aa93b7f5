// The programs of cert-manager in one. Its own main packages (cmd/*) are nested modules that were never published, so they are
// written here again, shorter, over the packages of its published module. The path of this module lets it use the internal ones.
// Issuers: SelfSigned and CA. What ACME, Vault and Venafi need is left out.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	logf "github.com/cert-manager/cert-manager/pkg/logs"
	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	logf.InitLogs()
	ctrl.SetLogger(logf.Log)
	programs := map[string]func(context.Context, []string) error{
		"controller": runController,
		"webhook":    runWebhook,
		"cainjector": runCAInjector,
	}
	if len(os.Args) < 2 || programs[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: cert-manager controller|webhook|cainjector [flags]")
		os.Exit(64)
	}
	if err := programs[os.Args[1]](logf.NewContext(ctx, logf.Log, os.Args[1]), os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
