import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.*;

/** What becomes larger and not more: `java Growing OUT` writes OUT-1.hprof, OUT-2.hprof and OUT-3.hprof, one after each round. */
public class Growing {
  static class Ring {
    byte[] data = new byte[0];
  }

  static class Session {
    byte[] history = new byte[0];
  }

  static class Worker {
    long[] seen = new long[0];
  }

  static class Cache {
    final Map<Integer, String> entries = new HashMap<>();
  }

  static final Ring RING = new Ring();
  static final BitSet SEEN = new BitSet();
  static final List<Session> SESSIONS = new ArrayList<>();
  static final List<Worker> WORKERS = new ArrayList<>();
  static final Cache CACHE = new Cache();
  /** As large as the others, and always the same. */
  static final byte[] FIXED = new byte[3_000_000];

  public static void main(String[] args) throws Exception {
    for (int i = 0; i < 100; i++) SESSIONS.add(new Session());
    for (int i = 0; i < 4; i++) WORKERS.add(new Worker());
    HotSpotDiagnosticMXBean dumper =
        ManagementFactory.newPlatformMXBeanProxy(
            ManagementFactory.getPlatformMBeanServer(),
            "com.sun.management:type=HotSpotDiagnostic",
            HotSpotDiagnosticMXBean.class);
    for (int round = 1; round <= 3; round++) {
      RING.data = new byte[round * 2_000_000];
      SEEN.set(round * 4_000_000);
      for (Session session : SESSIONS) session.history = new byte[round * 10_000];
      for (Worker worker : WORKERS) worker.seen = new long[round * 50_000];
      for (int i = 0; i < 10_000; i++) CACHE.entries.put(round * 10_000 + i, "entry-" + i);
      dumper.dumpHeap(args[0] + "-" + round + ".hprof", true);
    }
    Runtime.getRuntime().halt(0);
  }
}
