// TopBraid SHACL over many cases in one virtual machine: a line of standard input names data, shapes and the report to
// write (N-Triples), parted by tabs; a line of standard output says "done", or what went wrong.
// By reflection, so that it compiles with an older Java than TopBraid runs on.

import java.io.BufferedReader;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

public class TopBraid {
    private static final String JENA = "org.apache.jena.";

    public static void main(String[] arguments) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] files = line.split("\t");
            String said = "done";
            try {
                judge(files[0], files[1], files[2]);
            } catch (Throwable problem) {
                Throwable cause = problem;
                while (cause.getCause() != null) cause = cause.getCause();
                said = cause.toString().replace('\n', ' ');
            }
            System.out.println(said);
            System.out.flush();
        }
    }

    private static void judge(String dataFile, String shapesFile, String reportFile) throws Exception {
        Class<?> model = Class.forName(JENA + "rdf.model.Model");
        Class<?> resource = Class.forName(JENA + "rdf.model.Resource");
        Object data = read(model, dataFile);
        Object shapes = read(model, shapesFile);
        Object report = Class.forName("org.topbraid.shacl.validation.ValidationUtil")
            .getMethod("validateModel", model, model, boolean.class)
            .invoke(null, data, shapes, false);
        Object written = resource.getMethod("getModel").invoke(report);
        try (OutputStream out = new FileOutputStream(reportFile)) {
            model.getMethod("write", OutputStream.class, String.class).invoke(written, out, "N-TRIPLES");
        }
    }

    private static Object read(Class<?> model, String file) throws Exception {
        Object made = Class.forName(JENA + "rdf.model.ModelFactory").getMethod("createDefaultModel").invoke(null);
        Class.forName(JENA + "riot.RDFDataMgr").getMethod("read", model, String.class).invoke(null, made, file);
        return made;
    }
}
