package dev.sekisho.e2e;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// `deploy/helm/sekisho`, rendered by Helm as a library: no helm program is needed.
final class Chart {
    static final Path FOLDER = SekishoScript.root().resolve("deploy/helm/sekisho");

    private Chart() {}

    static Helm helm() {
        return new Helm(FOLDER);
    }

    /// `helm template sekisho deploy/helm/sekisho --namespace sekisho-system`, to be given values.
    static TemplateCommand template() {
        return helm().template()
                .withName("sekisho")
                .withNamespace("sekisho-system")
                .withKubeVersion("1.30.0");
    }

    static List<Map<?, ?>> objects(String rendered) {
        var objects = new ArrayList<Map<?, ?>>();
        for (var document : new Load(LoadSettings.builder().build()).loadAllFromString(rendered)) {
            if (document instanceof Map<?, ?> object) {
                objects.add(object);
            }
        }
        return objects;
    }
}
