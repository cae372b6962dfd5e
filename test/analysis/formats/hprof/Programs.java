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

  static class Directory {
    final Session[] sessions;

    Directory(int size) {
      sessions = new Session[size];
    }
  }

  public static class Texts extends ListResourceBundle {
    static Object[][] contents;

    @Override
    protected Object[][] getContents() {
      return contents;
    }
  }

  static class Parsed {
    final byte[] data = new byte[200];

    @Override
    @SuppressWarnings({"deprecation", "removal"})
    protected void finalize() throws Exception {
      Thread.sleep(Long.MAX_VALUE);
    }
  }

  static class OrderListener {
    final byte[] data = new byte[200];
  }

  static class RequestHandler {
    void handle(int count, CountDownLatch ready) throws Exception {
      List<Session> batch = new ArrayList<>();
      for (int i = 0; i < count; i++) batch.add(new Session(i));
      ready.countDown();
      Thread.sleep(Long.MAX_VALUE);
      System.out.println(batch.size());
    }
  }

  static Object kept;
  static Session[] table;
  static Session[][] pages;
  static final StringBuilder LOG = new StringBuilder();
  static final List<Object> SOME = new ArrayList<>();
  static final Set<Session> SEEN = new HashSet<>();
  static final Map<String, List<OrderListener>> BY_TOPIC = new HashMap<>();
  static final ThreadLocal<byte[]> BUFFER = ThreadLocal.withInitial(() -> new byte[65_536]);
  static final ThreadPoolExecutor ONE =
      new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
  static Session head;
  static final ScheduledThreadPoolExecutor LATER = new ScheduledThreadPoolExecutor(1);

  static Map<Integer, byte[]> few(int count) {
    Map<Integer, byte[]> pages = new HashMap<>();
    for (int i = 0; i < count; i++) pages.put(i, new byte[100_000]);
    return pages;
  }

  @SuppressWarnings("unchecked")
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    Registry registry = new Registry();
    List<Session> list = new LinkedList<>();
    Queue<Session> queue = new LinkedBlockingQueue<>();
    Map<Integer, Session> recent = new RecentSessions(count / 3);
    Map<Integer, Session> eldest =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Session> one) {
            return size() > 1000;
          }
        };
    Queue<Session> places = new ArrayBlockingQueue<>(1000);
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    CountDownLatch ready = new CountDownLatch(1);
    ExecutorService pool = Executors.newCachedThreadPool();
    if (args[0].equals("executor")) ONE.execute(Programs::sleep);
    if (args[0].equals("healthy-pool")) for (int i = 0; i < 40; i++) pool.execute(() -> sleep(BUFFER.get()));
    if (args[0].equals("handler")) {
      pool.execute(() -> handle(count, ready));
      ready.await();
    }
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
        case "files" -> SOME.add(new java.io.FileInputStream("/dev/null"));
        case "buffer" -> LOG.append("a line of the log, number ").append(i).append(" of many that nobody reads\n");
        case "set" -> SEEN.add(session);
        case "listeners" -> BY_TOPIC.computeIfAbsent("topic" + i % 3, (topic) -> new ArrayList<>()).add(new OrderListener());
        case "executor" -> ONE.execute(() -> sleep(session));
        case "future" -> {
          answer.thenApply((value) -> session.data.length + value);
          kept = answer;
        }
        case "finalizers" -> new Parsed();
        case "handler", "healthy-pool" -> {}
        case "array" -> {
          if (table == null) table = new Session[2 * count];
          table[i] = session;
        }
        case "healthy-array" -> {
          if (table == null) table = new Session[count];
          table[i] = session;
        }
        case "healthy-pages" -> {
          if (pages == null) pages = new Session[count / 500][500];
          pages[i / 500][i % 500] = session;
        }
        case "healthy-field" -> {
          if (kept == null) kept = new Directory(count);
          ((Directory) kept).sessions[i] = session;
        }
        case "healthy-bundle" -> {
          if (i == 0) Texts.contents = new Object[count][];
          Texts.contents[i] = new Object[] {session.id, session};
          if (i == count - 1) {
            kept = ResourceBundle.getBundle("Programs$Texts");
            ((ResourceBundle) kept).getObject(session.id);
            Texts.contents = null;
          }
        }
        case "healthy-list" -> {
          list.add(session);
          if (i == count - 1) kept = new ArrayList<>(list);
        }
        case "inside-map-of" -> {
          if (kept == null) kept = Map.of("sessions", new ArrayList<Session>());
          ((Map<String, List<Session>>) kept).get("sessions").add(session);
        }
        case "out-of-memory" -> {
          if (table == null) table = new Session[count];
          table[i] = session;
          if (i == count - 1) kept = new long[Integer.MAX_VALUE - 8];
        }
        case "healthy-copy" -> {
          list.add(session);
          if (list.size() == count) kept = List.copyOf(list);
        }
        case "healthy-view" -> {
          registry.byNumber.put(i, session);
          if (i == count - 1) kept = Collections.unmodifiableMap(new HashMap<>(registry.byNumber));
        }
        case "healthy-limit" -> {
          recent.put(i, session);
          kept = recent;
        }
        case "healthy-eldest" -> {
          eldest.put(i, session);
          kept = eldest;
        }
        case "healthy-places" -> {
          places.offer(session);
          kept = places;
        }
        case "few" -> {
          list.add(session);
          if (list.size() == count) kept = few(count);
        }
        default -> kept = session.id;
      }
    }
    if (args[0].equals("finalizers")) {
      System.gc();
      Thread.sleep(500);
    }
    ManagementFactory.newPlatformMXBeanProxy(
            ManagementFactory.getPlatformMBeanServer(),
            "com.sun.management:type=HotSpotDiagnostic",
            HotSpotDiagnosticMXBean.class)
        .dumpHeap(args[2], true);
    Runtime.getRuntime().halt(0);
  }

  static void handle(int count, CountDownLatch ready) {
    try {
      new RequestHandler().handle(count, ready);
    } catch (Exception interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  static void sleep(Object... kept) {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException interrupted) {
      System.out.println(kept.length);
    }
  }
}
