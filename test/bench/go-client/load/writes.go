package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	typedv1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
)

var filler = strings.Repeat("x", 500)

// uncached has a dialer of its own, so that client-go makes a transport for it instead of taking one that it remembers.
func uncached(config *rest.Config) *rest.Config {
	config.Dial = (&net.Dialer{Timeout: 30 * time.Second}).DialContext
	return config
}

func configMap(name string) *corev1.ConfigMap {
	return &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Data:       map[string]string{"filler": filler, "sent": time.Now().Format(time.RFC3339Nano)},
	}
}

// operation is the work of one client: it returns what the next call needs.
type operation func(maps typedv1.ConfigMapInterface, name string, last *corev1.ConfigMap) (*corev1.ConfigMap, error)

func create(maps typedv1.ConfigMapInterface, name string, _ *corev1.ConfigMap) (*corev1.ConfigMap, error) {
	return maps.Create(context.Background(), configMap(name), metav1.CreateOptions{})
}

func update(maps typedv1.ConfigMapInterface, name string, last *corev1.ConfigMap) (*corev1.ConfigMap, error) {
	if last == nil {
		return create(maps, name, nil)
	}
	last.Data["sent"] = time.Now().Format(time.RFC3339Nano)
	return maps.Update(context.Background(), last, metav1.UpdateOptions{})
}

// write has so many clients carry out an operation count times in all. Each has its connection, and an update its object, before the time begins.
func write(config *rest.Config, does operation, count, operations int) (figures, error) {
	made, err := clients(config, count)
	if err != nil {
		return figures{}, err
	}
	begun := fmt.Sprintf("load-%d-%d", os.Getpid(), time.Now().UnixMilli())
	var refused atomic.Int64
	first := make([]*corev1.ConfigMap, count)
	err = together(made, func(i int, client kubernetes.Interface) error {
		maps := client.CoreV1().ConfigMaps(metav1.NamespaceDefault)
		var err error
		first[i], err = again(&refused, func() (*corev1.ConfigMap, error) {
			return create(maps, fmt.Sprintf("%s-%d", begun, i), nil)
		})
		return err
	})
	if err != nil {
		return figures{}, err
	}
	refused.Store(0)
	var next atomic.Int64
	taken := make([][]time.Duration, count)
	found, err := measured(func() ([]time.Duration, error) {
		err := together(made, func(i int, client kubernetes.Interface) error {
			maps, last := client.CoreV1().ConfigMaps(metav1.NamespaceDefault), first[i]
			for at := next.Add(1); at <= int64(operations); at = next.Add(1) {
				start := time.Now()
				answer, err := again(&refused, func() (*corev1.ConfigMap, error) {
					return does(maps, fmt.Sprintf("%s-n%d", begun, at), last)
				})
				if err != nil {
					return err
				}
				last = answer
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
	found.Refused = int(refused.Load())
	return found, err
}

// again tries once more where the server asks for that, as clients of Kubernetes do, and counts how often it did.
func again[T any](refused *atomic.Int64, try func() (T, error)) (T, error) {
	for {
		answer, err := try()
		if !apierrors.IsTooManyRequests(err) && !apierrors.IsServerTimeout(err) {
			return answer, err
		}
		refused.Add(1)
		seconds, _ := apierrors.SuggestsClientDelay(err)
		time.Sleep(time.Duration(max(seconds, 1)) * time.Second)
	}
}

// together runs work for every client at once, and gives the first error.
func together(made []kubernetes.Interface, work func(i int, client kubernetes.Interface) error) error {
	failures := make(chan error, len(made))
	var all sync.WaitGroup
	for i, client := range made {
		all.Go(func() {
			if err := work(i, client); err != nil {
				failures <- err
			}
		})
	}
	all.Wait()
	select {
	case err := <-failures:
		return err
	default:
		return nil
	}
}
