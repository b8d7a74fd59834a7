// Command go-client measures an API server as Go programs see it, through client-go and in protobuf.
//
//	go-client KUBECONFIG watch WATCHERS EVENTS   says "ready", then, once each watcher has all events, what it took
//	go-client KUBECONFIG list TIMES              lists all pods so often
//
// What it prints is JSON, one object a line; times are in milliseconds.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// prefix of the names that are counted.
const prefix = "watched-"

type result struct {
	Milliseconds    float64 `json:"milliseconds"`
	CPUMilliseconds float64 `json:"cpuMilliseconds"`
	Objects         int     `json:"objects"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "go-client:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 3 {
		return fmt.Errorf("usage: go-client KUBECONFIG watch WATCHERS EVENTS | KUBECONFIG list TIMES")
	}
	numbers := []int{}
	for _, arg := range args[2:] {
		number, err := strconv.Atoi(arg)
		if err != nil {
			return err
		}
		numbers = append(numbers, number)
	}
	config, err := clientcmd.BuildConfigFromFlags("", args[0])
	if err != nil {
		return err
	}
	config.ContentType = "application/vnd.kubernetes.protobuf"
	config.AcceptContentTypes = "application/vnd.kubernetes.protobuf,application/json"
	config.QPS = -1
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	switch {
	case args[1] == "watch" && len(numbers) == 2:
		return watch(client, numbers[0], numbers[1])
	case args[1] == "list" && len(numbers) == 1:
		return list(client, numbers[0])
	}
	return fmt.Errorf("unknown: %s", strings.Join(args[1:], " "))
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// measured prints what work took, and how many objects came of it.
func measured(work func() (int, error)) error {
	begun, before := time.Now(), cpu()
	objects, err := work()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result{
		Milliseconds:    float64(time.Since(begun).Microseconds()) / 1000,
		CPUMilliseconds: float64((cpu() - before).Microseconds()) / 1000,
		Objects:         objects,
	})
}

func watch(client kubernetes.Interface, watchers, events int) error {
	maps := client.CoreV1().ConfigMaps(metav1.NamespaceDefault)
	present, err := maps.List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return err
	}
	failures := make(chan error, watchers)
	var begun sync.Once
	var first time.Time
	var firstCPU time.Duration
	var open, done sync.WaitGroup
	for range watchers {
		open.Add(1)
		done.Add(1)
		go func() {
			defer done.Done()
			watching, err := maps.Watch(context.Background(), metav1.ListOptions{ResourceVersion: present.ResourceVersion})
			open.Done()
			if err != nil {
				failures <- err
				return
			}
			defer watching.Stop()
			for seen := 0; seen < events; {
				event, isOpen := <-watching.ResultChan()
				if !isOpen {
					failures <- fmt.Errorf("a watch ended after %d events", seen)
					return
				}
				begun.Do(func() { first, firstCPU = time.Now(), cpu() })
				if object, isObject := event.Object.(metav1.Object); isObject && strings.HasPrefix(object.GetName(), prefix) {
					seen++
				}
			}
		}()
	}
	open.Wait()
	fmt.Println("ready")
	done.Wait()
	select {
	case err := <-failures:
		return err
	default:
	}
	return json.NewEncoder(os.Stdout).Encode(result{
		Milliseconds:    float64(time.Since(first).Microseconds()) / 1000,
		CPUMilliseconds: float64((cpu() - firstCPU).Microseconds()) / 1000,
		Objects:         watchers * events,
	})
}

func list(client kubernetes.Interface, times int) error {
	for range times {
		err := measured(func() (int, error) {
			pods, err := client.CoreV1().Pods("").List(context.Background(), metav1.ListOptions{})
			if err != nil {
				return 0, err
			}
			return len(pods.Items), nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
