// Wizamart is a multi-tenant commerce platform in one binary.
package main

import (
	"os"
	"runtime/debug"

	"wizamart/framework/cli"
	"wizamart/modules"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = ""

func main() {
	program := cli.Program{Version: versionText(), Assemble: modules.Assemble, Demo: modules.Demo}
	os.Exit(program.Main())
}

func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" && len(s.Value) >= 12 {
				return "dev-" + s.Value[:12]
			}
		}
	}
	return "dev"
}
