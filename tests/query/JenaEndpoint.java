// A SPARQL endpoint of Apache Jena for tests: Debian packages its library, not its server.
// java -cp 'JARS' JenaEndpoint.java DATA PORT

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.QueryParseException;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.riot.RDFDataMgr;

public class JenaEndpoint {
    public static void main(String[] arguments) throws IOException {
        Model data = RDFDataMgr.loadModel(arguments[0]);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/sparql", exchange -> answer(exchange, data));
        server.start();
    }

    private static void answer(HttpExchange exchange, Model data) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String text = "";
        for (String field : body.split("&"))
            if (field.startsWith("query="))
                text = URLDecoder.decode(field.substring(6), StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream();
        String type = "application/sparql-results+json";
        int status = 200;
        try {
            Query query = QueryFactory.create(text);
            try (QueryExecution run = QueryExecutionFactory.create(query, data)) {
                if (query.isSelectType()) ResultSetFormatter.outputAsJSON(out, run.execSelect());
                else if (query.isAskType()) ResultSetFormatter.outputAsJSON(out, run.execAsk());
                else {
                    type = "text/turtle";
                    (query.isDescribeType() ? run.execDescribe() : run.execConstruct()).write(out, "TURTLE");
                }
            }
        } catch (QueryParseException error) {
            status = 400;
            type = "text/plain";
            out.writeBytes(error.getMessage().getBytes(StandardCharsets.UTF_8));
        }
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, out.size() == 0 ? -1 : out.size());
        out.writeTo(exchange.getResponseBody());
        exchange.close();
    }
}
