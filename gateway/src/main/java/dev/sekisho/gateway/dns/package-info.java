/// DNS for the clusterset zone, straight from the route table (KEP-1645, DNS specification 1.1.0).
///
/// Reading order: [dev.sekisho.gateway.dns.DnsServer] (UDP and TCP), [dev.sekisho.gateway.dns.DnsAnswers] (what is
/// true; a pure function of table and question), `DnsResponder` (one message in, one message out).
@NullMarked
package dev.sekisho.gateway.dns;

import org.jspecify.annotations.NullMarked;
