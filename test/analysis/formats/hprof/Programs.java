import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.*;
import java.util.concurrent.*;

/** One program a name: `java Programs NAME COUNT OUT.hprof`. Those named healthy keep what they should; the others leak a Session a request. */
public class Programs {
  static class Session {
    final String id;
    final byte[] data = new byte[120];
    Session next;

    Session(int number) {
      id = "session-" + number;
    }
  }

  static class Registry {
    final Map<String, Session> byId = new HashMap<>();
    final Map<Integer, Session> byNumber = new HashMap<>();
  }

  static class RecentSessions extends LinkedHashMap<Integer, Session> {
    final int maxEntries;

    RecentSessions(int maxEntries) {
      this.maxEntries = maxEntries;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Integer, Session> eldest) {
      return size() > maxEntries;
    }
  }

  static Object kept;
  static Session head;
  static final ScheduledThreadPoolExecutor LATER = new ScheduledThreadPoolExecutor(1);

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    Registry registry = new Registry();
    List<Session> list = new LinkedList<>();
    Queue<Session> queue = new LinkedBlockingQueue<>();
    Map<Integer, Session> recent = new RecentSessions(count / 3);
    for (int i = 0; i < count; i++) {
      Session session = new Session(i);
      switch (args[0]) {
        case "registry" -> {
          registry.byId.put(session.id, session);
          registry.byNumber.put(i, session);
          kept = registry;
        }
        case "linked-list" -> {
          list.add(session);
          kept = list;
        }
        case "own-list" -> {
          session.next = head;
          head = session;
        }
        case "queue" -> {
          queue.add(session);
          kept = queue;
        }
        case "scheduled" -> LATER.schedule(() -> session.id, 9, TimeUnit.DAYS);
        case "healthy-limit" -> {
          recent.put(i, session);
          kept = recent;
        }
        default -> kept = session.id;
      }
    }
    ManagementFactory.newPlatformMXBeanProxy(
            ManagementFactory.getPlatformMBeanServer(),
            "com.sun.management:type=HotSpotDiagnostic",
            HotSpotDiagnosticMXBean.class)
        .dumpHeap(args[2], true);
    System.exit(0);
  }
}
