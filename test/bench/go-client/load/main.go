// Command load puts an API server under load as Go programs do it, through client-go, and says what came of it.
//
//	load KUBECONFIG create CLIENTS COUNT       creates ConfigMaps of some 500 bytes, so many clients at once
//	load KUBECONFIG update CLIENTS COUNT       changes ConfigMaps, each client one of its own, again and again
//	load KUBECONFIG list json|protobuf ATONCE TIMES   lists all ConfigMaps, so many lists at once, so often one after the other
//	load KUBECONFIG churn WATCHERS EVENTS      watches ConfigMaps while 64 clients create so many
//
// Every client and every watcher has a connection of its own. It prints one JSON object; times are in milliseconds.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// figures is what one run of the program prints.
type figures struct {
	// Milliseconds from the first request to the last answer.
	Milliseconds float64 `json:"milliseconds"`
	// CPUMilliseconds of this program.
	CPUMilliseconds float64 `json:"cpuMilliseconds"`
	// Operations that were carried out: writes, lists, deliveries.
	Operations int     `json:"operations"`
	P50        float64 `json:"p50"`
	P99        float64 `json:"p99"`
	// Lost counts deliveries that a watch should have had and did not.
	Lost int `json:"lost"`
	// Refused counts answers with an error after which the client tried again.
	Refused int `json:"refused"`
}

func main() {
	found, err := run(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

func run(args []string) (figures, error) {
	if len(args) < 4 {
		return figures{}, fmt.Errorf("usage: load KUBECONFIG create|update|churn NUMBER NUMBER | KUBECONFIG list FORMAT NUMBER NUMBER")
	}
	config, err := clientcmd.BuildConfigFromFlags("", args[0])
	if err != nil {
		return figures{}, err
	}
	format, rest := "protobuf", args[2:]
	if args[1] == "list" {
		format, rest = rest[0], rest[1:]
	}
	numbers, err := positive(rest)
	if err != nil {
		return figures{}, err
	}
	if len(numbers) != 2 {
		return figures{}, fmt.Errorf("two numbers are needed: %s", strings.Join(rest, " "))
	}
	config.QPS = -1
	config.ContentType = "application/vnd.kubernetes." + format
	if format == "json" {
		config.ContentType = "application/json"
	}
	config.AcceptContentTypes = config.ContentType
	switch args[1] {
	case "create":
		return write(config, create, numbers[0], numbers[1])
	case "update":
		return write(config, update, numbers[0], numbers[1])
	case "list":
		return list(config, numbers[0], numbers[1])
	case "churn":
		return churn(config, numbers[0], numbers[1])
	}
	return figures{}, fmt.Errorf("unknown: %s", args[1])
}

func positive(words []string) ([]int, error) {
	numbers := make([]int, 0, len(words))
	for _, word := range words {
		number, err := strconv.Atoi(word)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("not a positive number: %s", word)
		}
		numbers = append(numbers, number)
	}
	return numbers, nil
}

// clients are so many, none of which shares its connection.
func clients(config *rest.Config, count int) ([]kubernetes.Interface, error) {
	made := make([]kubernetes.Interface, count)
	for i := range made {
		own := rest.CopyConfig(config)
		// A transport that is made anew is never shared with another client of the same configuration.
		transport, err := rest.TransportFor(uncached(own))
		if err != nil {
			return nil, err
		}
		own.TLSClientConfig, own.BearerToken, own.Transport = rest.TLSClientConfig{}, "", transport
		if made[i], err = kubernetes.NewForConfig(own); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration.Microseconds()) / 1000
}

// measured runs work, and says what it took; work gives how long each operation did.
func measured(work func() ([]time.Duration, error)) (figures, error) {
	begun, before := time.Now(), cpu()
	each, err := work()
	if err != nil {
		return figures{}, err
	}
	found := figures{
		Milliseconds:    milliseconds(time.Since(begun)),
		CPUMilliseconds: milliseconds(cpu() - before),
		Operations:      len(each),
	}
	found.P50, found.P99 = quantiles(each)
	return found, nil
}

func quantiles(each []time.Duration) (p50, p99 float64) {
	if len(each) == 0 {
		return 0, 0
	}
	slices.Sort(each)
	at := func(part float64) float64 { return milliseconds(each[int(float64(len(each)-1)*part)]) }
	return at(0.5), at(0.99)
}
