#!/usr/bin/env bash
# fabric8's kubernetes-client 8.0.0 takes an EC client key of a kubeconfig in one of its usual forms only.
#
# kubectl takes all three. OpenSSL writes the second by default ("openssl ecparam -genkey") and the third
# ("openssl genpkey -algorithm EC"), so a kubeconfig that works with kubectl may not work with a Java program:
#   - "BEGIN EC PRIVATE KEY" alone: works.
#   - the same key behind its block of "EC PARAMETERS": that block is read as if it were the key,
#     "Invalid DER: not a sequence".
#   - PKCS#8, "BEGIN PRIVATE KEY": taken for an RSA key, as nothing in the PEM header says what it is, and the algorithm inside
#     is not looked at: "Invalid DER: object is not integer". An RSA key in PKCS#8 works.
#
# Needs bash, openssl, Maven and a JDK 17 or newer. Exits with 1 when any of this has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.fabric8</groupId><artifactId>kubernetes-client</artifactId><version>8.0.0</version></dependency>
  </dependencies>
</project>
XML
mvn -B -ntp -q dependency:copy-dependencies -DoutputDirectory=lib >maven.log || { cat maven.log; exit 1; }

openssl ecparam -name prime256v1 -genkey -out behind-parameters.pem
openssl ec -in behind-parameters.pem -out alone.pem 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in alone.pem -out pkcs8.pem
openssl req -new -x509 -key alone.pem -subj /CN=somebody -days 2 -out certificate.pem
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa-pkcs8.pem 2>/dev/null
openssl req -new -x509 -key rsa-pkcs8.pem -subj /CN=somebody -days 2 -out rsa-certificate.pem

cat >Keys.java <<'JAVA'
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

public class Keys {
    public static void main(String[] keys) throws Exception {
        for (var key : keys) {
            var certificate = key.startsWith("rsa") ? "rsa-certificate.pem" : "certificate.pem";
            var kubeconfig = """
                    apiVersion: v1
                    kind: Config
                    current-context: here
                    clusters: [{name: here, cluster: {server: "https://127.0.0.1:6443"}}]
                    contexts: [{name: here, context: {cluster: here, user: me}}]
                    users: [{name: me, user: {client-certificate-data: "%s", client-key-data: "%s"}}]
                    """.formatted(base64(certificate), base64(key));
            String answer;
            try {
                answer = SSLUtils.keyManagers(Config.fromKubeconfig(kubeconfig)).length + " key manager";
            } catch (Exception e) {
                answer = e.getMessage();
            }
            System.out.println(key + ": " + answer);
        }
    }

    private static String base64(String file) throws Exception {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(file)));
    }
}
JAVA
java -cp 'lib/*' Keys.java alone.pem behind-parameters.pem pkcs8.pem rsa-pkcs8.pem 2>/dev/null | tee seen

diff seen - <<'SEEN'
alone.pem: 1 key manager
behind-parameters.pem: Invalid DER: not a sequence
pkcs8.pem: Invalid DER: object is not integer
rsa-pkcs8.pem: 1 key manager
SEEN
