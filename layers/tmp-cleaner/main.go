// The /tmp cleaner: a Lambda exec wrapper that puts a proxy between the runtime and the Runtime API and then becomes the
// runtime (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api-proxy.html). When the runtime asks for its
// next invocation, the proxy first removes what the last one left in /tmp. Whatever goes wrong, the function runs.
package main

import (
	"os"
	"runtime"
	"syscall"
)

// proxyName is what the proxy is started as; Lambda starts a wrapper by its path.
const proxyName = "cinch-tmp-proxy"

func init() {
	// The thread that forks is the one that execs.
	runtime.LockOSThread()
}

func main() {
	if os.Args[0] == proxyName {
		runtime.UnlockOSThread()
		os.Exit(serveProxy(os.Args[1:]))
	}
	os.Exit(start(os.Args[1:], syscall.Environ()))
}
