import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.transport.Netty4Plugin;

/** OpenSearch of one node, from jars alone: its distribution is on no registry of packages. Words: its directory and its port. */
public class Serve {
  static class Single extends Node {
    Single(Settings settings, Path home) {
      super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), home, () -> "single"), List.of(Netty4Plugin.class), true);
    }
  }

  public static void main(String[] words) throws Exception {
    Settings settings = Settings.builder()
      .put("path.home", words[0])
      .put("network.host", "127.0.0.1")
      .put("http.port", words[1])
      .put("transport.port", "0")
      .put("http.type", "netty4")
      .put("transport.type", "netty4")
      .put("discovery.type", "single-node")
      .put("cluster.name", "test")
      .put("node.name", "single")
      .put("cluster.routing.allocation.disk.threshold_enabled", false)
      .build();
    new Single(settings, Path.of(words[0])).start();
    Thread.currentThread().join();
  }
}
