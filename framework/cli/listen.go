package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"wizamart/framework/app"
	"wizamart/framework/config"
	"wizamart/framework/tlscert"
	"wizamart/tenant"
)

// doors are the sockets that the server answers on: handed over by systemd (sd_listen_fds(3)) or by the process before this one, or its
// own. The first is for HTTP, the second, where there is one, for HTTPS.
type doors struct {
	listeners []net.Listener
}

const firstFD = 3

// handedOver are the sockets that were opened by another process.
func handedOver() ([]net.Listener, error) {
	pid, _ := strconv.Atoi(os.Getenv("LISTEN_PID"))
	n, _ := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	for _, name := range []string{"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"} { // they are for nobody that is started from here
		os.Unsetenv(name) //nolint:errcheck // the name is valid
	}
	if pid != os.Getpid() || n < 1 {
		return nil, nil
	}
	var out []net.Listener
	for fd := firstFD; fd < firstFD+n; fd++ {
		syscall.CloseOnExec(fd)
		f := os.NewFile(uintptr(fd), "socket "+strconv.Itoa(fd))
		l, err := net.FileListener(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, fmt.Errorf("take the socket that was handed over: %w", err)
		}
		out = append(out, l)
	}
	return out, nil
}

// openDoors takes the sockets into use, and corrects the configuration to what they are.
func openDoors(cfg *config.Serve) (*doors, error) {
	given, err := handedOver()
	if err != nil {
		return nil, err
	}
	d := &doors{}
	want := []*string{&cfg.Listen}
	if cfg.HTTPS() {
		want = append(want, &cfg.ListenTLS)
	}
	for i, address := range want {
		var l net.Listener
		if i < len(given) {
			l = given[i]
		} else if l, err = net.Listen("tcp", *address); err != nil {
			d.close()
			return nil, fmt.Errorf("listen on %s: %w", *address, err)
		}
		if i < len(given) {
			*address = l.Addr().String()
		}
		d.listeners = append(d.listeners, l)
	}
	return d, nil
}

func (d *doors) close() {
	for _, l := range d.listeners {
		l.Close()
	}
}

// house is the HTTP server on all doors.
type house struct {
	servers     []*http.Server
	listeners   []net.Listener
	done        chan error
	connections connections
	draining    atomic.Bool
	staying     atomic.Int64 // requests under way whose answers do not end their connections
}

const (
	// drainFirst is how long answers tell their clients to come back on a new connection, before none is taken any more: a
	// connection that ends between two requests is then ended by who sends them.
	drainFirst = 300 * time.Millisecond
	// drainLong is how long the last answer that does not is waited for, while others are still served.
	drainLong = 5 * time.Second
)

func openHouse(a *app.App, d *doors, log *slog.Logger) (*house, error) {
	h := &house{done: make(chan error, len(d.listeners)), connections: connections{busy: map[net.Conn]time.Time{}}}
	serve := func(l net.Listener, handler http.Handler) {
		server := &http.Server{
			Handler: h.last(handler), ConnState: h.connections.note, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 5 * time.Minute,
			IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		}
		h.servers, h.listeners = append(h.servers, server), append(h.listeners, l)
		go func() { h.done <- server.Serve(l) }()
	}
	pages := a.Handler()
	if !a.Config.HTTPS() {
		serve(d.listeners[0], pages)
		return h, nil
	}
	secure, err := secureConfig(a)
	if err != nil {
		return nil, err
	}
	serve(tls.NewListener(d.listeners[1], secure), pages)
	serve(d.listeners[0], toHTTPS(a, pages))
	return h, nil
}

// last has the answers of a server that is about to stop end their connections.
func (h *house) last(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.staying.Add(1)
		if h.draining.Load() {
			h.staying.Add(-1)
			w.Header().Set("Connection", "close")
		} else {
			defer h.staying.Add(-1)
		}
		next.ServeHTTP(w, r)
	})
}

// drain lets running requests finish.
func (h *house) drain(ctx context.Context) error {
	h.draining.Store(true)
	for until := time.Now().Add(drainLong); h.staying.Load() > 0 && time.Now().Before(until); {
		time.Sleep(5 * time.Millisecond)
	}
	time.Sleep(drainFirst)
	// The doors are shut first, and nobody stands in them: a connection that was just taken is counted before Shutdown counts.
	for _, l := range h.listeners {
		l.Close()
	}
	for range h.servers {
		<-h.done
	}
	for !h.connections.quiet() && ctx.Err() == nil {
		time.Sleep(5 * time.Millisecond)
	}
	var failed error
	for _, s := range h.servers {
		if err := s.Shutdown(ctx); err != nil {
			failed = err
			s.Close()
		}
	}
	return failed
}

func (h *house) close() {
	for _, s := range h.servers {
		s.Close()
	}
}

// secureConfig is TLS as the configuration wants it: the operator's certificate for what it covers, else those that are obtained.
func secureConfig(a *app.App) (*tls.Config, error) {
	var own *tlscert.Files
	if a.Config.Cert != "" {
		var err error
		if own, err = tlscert.NewFiles(a.Config.Cert, a.Config.CertKey); err != nil {
			return nil, err
		}
	}
	if a.Certificates == nil {
		return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}, GetCertificate: own.GetCertificate}, nil
	}
	cfg := a.Certificates.TLSConfig()
	cfg.MinVersion = tls.VersionTLS12
	if own != nil {
		others := cfg.GetCertificate
		cfg.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if own.Covers(hello.ServerName) {
				return own.GetCertificate(hello)
			}
			return others(hello)
		}
	}
	return cfg, nil
}

// toHTTPS leads plain requests to the same address under HTTPS, once a certificate can be had for it. The certificate authority's challenges and
// probes from this machine are answered as they are.
func toHTTPS(a *app.App, pages http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(a.Config.ListenTLS)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.Certificates.Challenge(w, r) {
			return
		}
		host := tenant.NormalizeHost(r.Host)
		if host == "" || net.ParseIP(host) != nil || host == "localhost" {
			pages.ServeHTTP(w, r)
			return
		}
		if a.Certificates.Waits(host) && a.Platform.ByNormalHost(host) != nil {
			w.Header().Set("Retry-After", "86400")
			http.Error(w, "This shop has no certificate yet, so it cannot be shown safely. Its operator has to set up one certificate for all shops.", http.StatusServiceUnavailable)
			return
		}
		if port != "443" {
			host = net.JoinHostPort(host, port)
		}
		status := http.StatusMovedPermanently
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			status = http.StatusPermanentRedirect
		}
		http.Redirect(w, r, "https://"+host+r.URL.RequestURI(), status)
	})
}

// tell says to systemd how it stands (sd_notify(3)); elsewhere it does nothing.
func tell(state string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	if strings.HasPrefix(path, "@") {
		path = "\x00" + path[1:]
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		return
	}
	defer c.Close()
	c.Write([]byte(state)) //nolint:errcheck // nobody may be listening
}
