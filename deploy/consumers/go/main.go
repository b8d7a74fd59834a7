// Keeps a table of deployments in a file, over any restart: go run . CREDENTIALS TABLE
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

type deployment struct {
	Metadata struct{ Namespace, Name string } `json:"metadata"`
	Spec     struct{ Replicas int }           `json:"spec"`
	Status   struct{ ReadyReplicas int }      `json:"status"`
}
type row struct {
	Replicas int `json:"replicas"`
	Ready    int `json:"ready"`
}
type table struct {
	Place       uint64         `json:"place"`
	Begun       uint64         `json:"begun"`
	Events      uint64         `json:"events"`
	Deployments map[string]row `json:"deployments"`
}

func must[A any](value A, err error) A {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	var c struct{ Servers, User, Password, Ca, Stream, Consumer, Domain string }
	must(0, json.Unmarshal(must(os.ReadFile(os.Args[1])), &c))
	known, file := table{Deployments: map[string]row{}}, os.Args[2]
	if text, err := os.ReadFile(file); err == nil {
		must(0, json.Unmarshal(text, &known))
	}
	options := []nats.Option{nats.UserInfo(c.User, c.Password)}
	if roots := x509.NewCertPool(); roots.AppendCertsFromPEM([]byte(c.Ca)) {
		options = append(options, nats.Secure(&tls.Config{RootCAs: roots}))
	}
	connection := must(nats.Connect(c.Servers, options...))
	goOn := func() {
		place := fmt.Sprintf("$JS.%s.API.CONSUMER.RESET.%s.%s", c.Domain, c.Stream, c.Consumer)
		must(connection.Request(place, []byte(fmt.Sprintf(`{"seq":%d}`, known.Place+1)), 5*time.Second))
	}
	goOn()
	reader := must(must(jetstream.NewWithDomain(connection, c.Domain)).Consumer(context.Background(), c.Stream, c.Consumer))
	for {
		for message := range must(reader.Fetch(500, jetstream.FetchMaxWait(time.Second))).Messages() {
			sequence, kind := must(message.Metadata()).Sequence.Stream, message.Headers().Get("ce-type")
			if sequence <= known.Place {
				continue
			}
			known.Place = sequence
			must(0, message.Ack())
			var told deployment
			if strings.Contains(kind, ".begin-anew.") { // Something was gone before it was read; this notice is met again.
				if sequence > known.Begun {
					known = table{Begun: sequence, Deployments: map[string]row{}}
					break
				}
				continue
			}
			must(0, json.Unmarshal(message.Data(), &told))
			name := told.Metadata.Namespace + "/" + told.Metadata.Name
			known.Deployments[name] = row{told.Spec.Replicas, told.Status.ReadyReplicas}
			if strings.Contains(kind, ".deleted.") {
				delete(known.Deployments, name)
			}
			known.Events++
		}
		// Place and table are one file that is renamed into its place: neither is ever without the other.
		must(0, os.WriteFile(file+".new", must(json.Marshal(known)), 0o600))
		must(0, os.Rename(file+".new", file))
		if known.Place == 0 && known.Begun > 0 {
			goOn()
		}
	}
}
