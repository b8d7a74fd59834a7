package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// list has so many clients list all ConfigMaps, each so many times.
func list(config *rest.Config, atOnce, times int) (figures, error) {
	made, err := clients(config, atOnce)
	if err != nil {
		return figures{}, err
	}
	taken := make([][]time.Duration, atOnce)
	return measured(func() ([]time.Duration, error) {
		err := together(made, func(i int, client kubernetes.Interface) error {
			for range times {
				start := time.Now()
				if _, err := client.CoreV1().ConfigMaps("").List(context.Background(), metav1.ListOptions{}); err != nil {
					return err
				}
				taken[i] = append(taken[i], time.Since(start))
			}
			return nil
		})
		all := []time.Duration{}
		for _, one := range taken {
			all = append(all, one...)
		}
		return all, err
	})
}

// patience is how long a watch waits for an event before the rest counts as lost.
const patience = 30 * time.Second

// churn opens the watches, and then lets 64 clients create. An operation is a delivery; its time is from before the request to its arrival.
func churn(config *rest.Config, watchers, events int) (figures, error) {
	made, err := clients(config, watchers)
	if err != nil {
		return figures{}, err
	}
	writers, err := clients(config, 64)
	if err != nil {
		return figures{}, err
	}
	present, err := writers[0].CoreV1().ConfigMaps(metav1.NamespaceDefault).List(context.Background(), metav1.ListOptions{Limit: 1})
	if err != nil {
		return figures{}, err
	}
	streams := make([]watch.Interface, watchers)
	err = together(made, func(i int, client kubernetes.Interface) (err error) {
		options := metav1.ListOptions{ResourceVersion: present.ResourceVersion}
		streams[i], err = client.CoreV1().ConfigMaps(metav1.NamespaceDefault).Watch(context.Background(), options)
		return err
	})
	if err != nil {
		return figures{}, err
	}
	prefix := fmt.Sprintf("churn-%d-", time.Now().UnixMilli())
	lags := make([][]time.Duration, watchers)
	var watching sync.WaitGroup
	for i, stream := range streams {
		watching.Go(func() {
			defer stream.Stop()
			lags[i] = follow(stream, prefix, events)
		})
	}
	found, err := measured(func() ([]time.Duration, error) {
		if err := createAll(writers, prefix, events); err != nil {
			return nil, err
		}
		watching.Wait()
		all := []time.Duration{}
		for _, one := range lags {
			all = append(all, one...)
		}
		return all, nil
	})
	found.Lost = watchers*events - found.Operations
	return found, err
}

// follow gives the lag of each of the events, or of those that came before the watch ended or stood still.
func follow(stream watch.Interface, prefix string, events int) []time.Duration {
	lags := make([]time.Duration, 0, events)
	for len(lags) < events {
		select {
		case event, isOpen := <-stream.ResultChan():
			if !isOpen {
				fmt.Fprintf(os.Stderr, "load: a watch ended after %d of %d events\n", len(lags), events)
				return lags
			}
			object, isMap := event.Object.(*corev1.ConfigMap)
			if !isMap || event.Type != watch.Added || !strings.HasPrefix(object.Name, prefix) {
				continue
			}
			if sent, err := time.Parse(time.RFC3339Nano, object.Data["sent"]); err == nil {
				lags = append(lags, time.Since(sent))
			}
		case <-time.After(patience):
			fmt.Fprintf(os.Stderr, "load: a watch stood still after %d of %d events\n", len(lags), events)
			return lags
		}
	}
	return lags
}

// createAll shares the creations among the writers.
func createAll(writers []kubernetes.Interface, prefix string, events int) error {
	return together(writers, func(i int, client kubernetes.Interface) error {
		for at := i; at < events; at += len(writers) {
			if _, err := create(client.CoreV1().ConfigMaps(metav1.NamespaceDefault), fmt.Sprintf("%s%d", prefix, at), nil); err != nil {
				return err
			}
		}
		return nil
	})
}
