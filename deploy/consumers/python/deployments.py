"""Keeps a table of deployments in a file, over any restart: python deployments.py CREDENTIALS TABLE (needs nats-py)."""
import asyncio, json, os, ssl, sys
import nats


def save(path, table):  # Place and table are one file that is renamed into its place: neither is ever without the other.
    with open(path + ".new", "w") as file:
        json.dump(table, file)
    os.replace(path + ".new", path)


async def main(credentials, path):
    c = json.load(open(credentials))
    empty = {"place": 0, "begun": 0, "events": 0, "deployments": {}}
    table = json.load(open(path)) if os.path.exists(path) else empty
    tls = {"tls": ssl.create_default_context(cadata=c["ca"])} if "ca" in c else {}
    connection = await nats.connect(c["servers"], user=c["user"], password=c["password"], **tls)
    place = f"$JS.{c['domain']}.API.CONSUMER.RESET.{c['stream']}.{c['consumer']}"
    await connection.request(place, json.dumps({"seq": table["place"] + 1}).encode())
    reader = await connection.jetstream(domain=c["domain"]).pull_subscribe_bind(c["consumer"], c["stream"])
    while True:
        try:
            messages = await reader.fetch(500, timeout=1)
        except nats.errors.TimeoutError:
            continue
        await messages[-1].ack()  # Only so that more is sent: where to go on is known by the table.
        for message in messages:
            sequence, kind = message.metadata.sequence.stream, message.headers["ce-type"]
            if sequence <= table["place"]:
                continue
            table["place"] = sequence
            if ".begin-anew." in kind:  # Something was gone before it was read; this notice is met again.
                if sequence > table["begun"]:
                    table = {"place": 0, "begun": sequence, "events": 0, "deployments": {}}
                    await connection.request(place, b'{"seq": 1}')
                    break
                continue
            deployment = json.loads(message.data)
            name = "{namespace}/{name}".format(**deployment["metadata"])
            table["deployments"].pop(name, None)
            if ".deleted." not in kind:
                ready = deployment.get("status", {}).get("readyReplicas", 0)
                table["deployments"][name] = {"replicas": deployment["spec"]["replicas"], "ready": ready}
            table["events"] += 1
        save(path, table)


asyncio.run(main(*sys.argv[1:]))
