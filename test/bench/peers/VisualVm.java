import java.io.File;
import org.graalvm.visualvm.lib.jfluid.heap.Heap;
import org.graalvm.visualvm.lib.jfluid.heap.HeapFactory;
import org.graalvm.visualvm.lib.jfluid.heap.JavaClass;

/** VisualVM's heap library doing what we do: load, dominators, retained sizes of objects and classes, histogram. */
class VisualVm {
  public static void main(String[] args) throws Exception {
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
}
