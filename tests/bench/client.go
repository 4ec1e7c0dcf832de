package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// client is one keep-alive connection that sends the same request again and again and throws the answers away. It costs far less than
// net/http's client, which would be most of what is measured beside a bare handler.
type client struct {
	conn    net.Conn
	in      *bufio.Reader
	request []byte
	bytes   int // of the last body, as sent
}

func dial(addr, host, path string) (*client, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	request := "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: text/html\r\nAccept-Language: en\r\nAccept-Encoding: gzip\r\nUser-Agent: bench\r\n\r\n"
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10), request: []byte(request)}, nil
}

// get sends the request and reads the answer to its end. Anything but 200 is an error.
func (c *client) get() error {
	if _, err := c.conn.Write(c.request); err != nil {
		return err
	}
	status, err := c.line()
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(status, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("%s answers %s", strings.SplitN(string(c.request), "\r\n", 2)[0], status)
	}
	length, chunked := -1, false
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		if len(line) == 0 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(v)); err != nil {
				return err
			}
		}
		chunked = chunked || bytes.Equal(line, []byte("Transfer-Encoding: chunked"))
	}
	c.bytes = 0
	if !chunked {
		if length < 0 {
			return errors.New("an answer without a length")
		}
		return c.skip(length)
	}
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(line), 16, 32)
		if err != nil {
			return err
		}
		if err := c.skip(int(n)); err != nil {
			return err
		}
		if _, err := c.line(); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

func (c *client) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

func (c *client) skip(n int) error {
	m, err := c.in.Discard(n)
	c.bytes += m
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// dialAll opens n connections; close ends them all.
func dialAll(n int, addr, host, path string) (all []*client, closeAll func(), err error) {
	closeAll = func() {
		for _, c := range all {
			c.conn.Close()
		}
	}
	for range n {
		c, err := dial(addr, host, path)
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		all = append(all, c)
	}
	return all, closeAll, nil
}
