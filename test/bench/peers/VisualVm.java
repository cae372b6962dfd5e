import java.io.File;
import java.io.PrintWriter;
import java.util.Iterator;
import org.graalvm.visualvm.lib.jfluid.heap.Heap;
import org.graalvm.visualvm.lib.jfluid.heap.HeapFactory;
import org.graalvm.visualvm.lib.jfluid.heap.Instance;
import org.graalvm.visualvm.lib.jfluid.heap.JavaClass;

/**
 * VisualVM's heap library doing what we do: load, dominators, retained sizes of objects and classes, histogram. `VisualVm FILE` prints what that took;
 * `VisualVm FILE OUT [FILE OUT]...` writes what it knows of each file, tab-separated: "S roots bytes-of-a-class-object" once, "C name instances bytes retained" for each class,
 * "I id bytes retained" for each object.
 */
class VisualVm {
  public static void main(String[] args) throws Exception {
    for (int i = 1; i < args.length; i += 2) writeAll(HeapFactory.createHeap(new File(args[i - 1])), args[i]);
    if (args.length > 1) return;
    Heap heap = HeapFactory.createHeap(new File(args[0]));
    heap.getBiggestObjectsByRetainedSize(200);
    long objects = 0;
    for (Object each : heap.getAllClasses()) {
      JavaClass javaClass = (JavaClass) each;
      objects += javaClass.getInstancesCount();
      javaClass.getAllInstancesSize();
      javaClass.getRetainedSizeByClass();
    }
    long peakKiB = 0;
    for (String line : java.nio.file.Files.readAllLines(java.nio.file.Path.of("/proc/self/status")))
      if (line.startsWith("VmHWM:")) peakKiB = Long.parseLong(line.replaceAll("[^0-9]", ""));
    System.out.println("{\"objects\":" + objects + ",\"peakBytes\":" + peakKiB * 1024 + "}");
  }

  private static void writeAll(Heap heap, String file) throws Exception {
    try (PrintWriter out = new PrintWriter(file, "UTF-8")) {
      JavaClass classes = heap.getJavaClassByName("java.lang.Class");
      out.println("S\t" + heap.getGCRoots().size() + "\t" + classes.getInstanceSize());
      for (Object each : heap.getAllClasses()) {
        JavaClass one = (JavaClass) each;
        out.println("C\t" + one.getName() + "\t" + one.getInstancesCount() + "\t" + one.getAllInstancesSize() + "\t" + one.getRetainedSizeByClass());
      }
      for (Iterator<?> all = heap.getAllInstancesIterator(); all.hasNext(); ) {
        Instance one = (Instance) all.next();
        out.println("I\t" + one.getInstanceId() + "\t" + one.getSize() + "\t" + one.getRetainedSize());
      }
    }
  }
}
