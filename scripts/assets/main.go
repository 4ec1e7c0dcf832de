// Command assets builds what the binary embeds: styles (Tailwind), scripts (esbuild), fonts and icons.
//
//	go run ./scripts/assets           write embed/dist
//	go run ./scripts/assets --watch   write it again whenever a source changes
//	go run ./scripts/assets --check   build aside and fail if embed/dist differs
//
// It needs Node and npm; building the binary does not. The output is a function of the sources and of
// ui/package-lock.json alone.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

func main() {
	watch := flag.Bool("watch", false, "build again whenever a source changes")
	check := flag.Bool("check", false, "fail if embed/dist is not what the sources give")
	flag.Parse()
	if err := run(*watch, *check); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run(watch, check bool) error {
	root, err := repositoryRoot()
	if err != nil {
		return err
	}
	if err := installPackages(root); err != nil {
		return err
	}
	dist := filepath.Join(root, "embed", "dist")
	if watch {
		return watchSources(root, dist)
	}
	files, err := build(root)
	if err != nil {
		return err
	}
	if check {
		return compare(dist, files)
	}
	changed, err := write(dist, files)
	if err != nil {
		return err
	}
	report(files, changed)
	return nil
}

// build returns the content of every file of embed/dist by its name.
func build(root string) (map[string][]byte, error) {
	src, err := findSources(root)
	if err != nil {
		return nil, err
	}
	work, err := workFolder(root)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)

	files := map[string][]byte{}
	for _, step := range []func(string, string, sources, map[string][]byte) error{styles, scripts, fonts, icons, mark} {
		if err := step(root, work, src, files); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// workFolder makes an own folder inside ui, where Node finds ui's packages; several builds may run at once.
func workFolder(root string) (string, error) {
	parent := filepath.Join(root, "ui", ".build")
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(parent, "")
}

func repositoryRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "ui", "package.json")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("run this inside the repository: no ui/package.json above the current folder")
		}
		dir = up
	}
}

// installPackages runs npm ci when node_modules is missing or was made from another lock file.
func installPackages(root string) error {
	dir := filepath.Join(root, "ui")
	lock, err := os.ReadFile(filepath.Join(dir, "package-lock.json"))
	if err != nil {
		return err
	}
	stamp := filepath.Join(dir, "node_modules", ".wizamart-lock")
	if have, err := os.ReadFile(stamp); err == nil && bytes.Equal(have, lock) {
		return nil
	}
	cmd := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("npm ci: %w\n%s", err, out)
	}
	return os.WriteFile(stamp, lock, 0o644)
}

func write(dist string, files map[string][]byte) (changed int, err error) {
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return 0, err
	}
	old, err := os.ReadDir(dist)
	if err != nil {
		return 0, err
	}
	for _, f := range old {
		if _, ok := files[f.Name()]; !ok {
			if err := os.Remove(filepath.Join(dist, f.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return changed, err
			}
			changed++
		}
	}
	for name, data := range files {
		path := filepath.Join(dist, name)
		if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, data) {
			continue
		}
		tmp := fmt.Sprintf("%s.%d.tmp", path, os.Getpid())
		if err := os.WriteFile(tmp, data, 0o644); err != nil {
			return changed, err
		}
		if err := os.Rename(tmp, path); err != nil {
			return changed, err
		}
		changed++
	}
	return changed, nil
}

func compare(dist string, files map[string][]byte) error {
	var differ []string
	for name, data := range files {
		have, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil || !bytes.Equal(have, data) {
			differ = append(differ, name)
		}
	}
	have, err := os.ReadDir(dist)
	if err != nil {
		return err
	}
	for _, f := range have {
		if _, ok := files[f.Name()]; !ok {
			differ = append(differ, f.Name()+" (no source)")
		}
	}
	if len(differ) > 0 {
		sort.Strings(differ)
		return fmt.Errorf("embed/dist is not what the sources give: %s; run go run ./scripts/assets and commit", strings.Join(differ, ", "))
	}
	return nil
}

func report(files map[string][]byte, changed int) {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Printf("%8d  %s\n", len(files[name]), name)
	}
	fmt.Printf("%d of %d files changed\n", changed, len(files))
}

// watchSources polls modification times: no dependency, and the same on every system.
func watchSources(root, dist string) error {
	var last string
	for {
		now, err := fingerprint(root)
		if err != nil {
			return err
		}
		if now != last {
			last = now
			start := time.Now()
			files, err := build(root)
			if err == nil {
				var changed int
				if changed, err = write(dist, files); err == nil {
					fmt.Printf("assets: %d files changed, %s\n", changed, time.Since(start).Round(time.Millisecond))
				}
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, "assets:", err)
			}
		}
		time.Sleep(400 * time.Millisecond)
	}
}
