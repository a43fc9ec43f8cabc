package dev.sekisho.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsAlertTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        error:10000438:SSL routines:OPENSSL_internal:TLSV1_ALERT_INTERNAL_ERROR     | internal_error
        error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA         | unknown_ca
        error:10000416:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_UNKNOWN | certificate_unknown
        (certificate_unknown) Received fatal alert: certificate_unknown             | certificate_unknown
        Received fatal alert: bad_certificate                                       | bad_certificate
        """)
    void an_alert_over_a_ca_says_that_the_other_side_does_not_believe_us(String failure, String alert) {
        assertThat(TlsAlert.inWords(failure).orElseThrow())
                .contains("does not believe our certificate", "Peer", "(TLS alert " + alert + ")");
    }

    @Test
    void an_alert_that_does_not_say_whether_it_is_over_a_ca_or_a_time_names_both() {
        assertThat(TlsAlert.inWords("(certificate_unknown) Received fatal alert: certificate_unknown")
                        .orElseThrow())
                .contains("does not believe our certificate", "clock", "expired or is not valid yet");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "error:10000415:SSL routines:OPENSSL_internal:SSLV3_ALERT_CERTIFICATE_EXPIRED",
                "Received fatal alert: certificate_expired"
            })
    void an_alert_over_a_time_names_the_clocks(String failure) {
        assertThat(TlsAlert.inWords(failure).orElseThrow())
                .contains("expired or is not valid yet", "clocks", "certificate_expired");
    }

    @Test
    void what_is_no_alert_over_certificates_is_left_as_it_is() {
        assertThat(TlsAlert.inWords("Connection reset by peer")).isEmpty();
        assertThat(TlsAlert.inWords("error:1:SSL routines:OPENSSL_internal:TLSV1_ALERT_PROTOCOL_VERSION"))
                .isEmpty();
    }
}
