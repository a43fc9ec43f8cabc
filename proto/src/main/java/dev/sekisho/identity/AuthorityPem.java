package dev.sekisho.identity;

/// A CA as text: all that is stored of it. Never logged: [#toString] leaves everything out.
///
/// @param certificates `ca.crt`: the CA that signs, with the others of its rotation
/// @param key `ca.key`, PKCS#8 or the older forms
public record AuthorityPem(String certificates, String key) {
    public static final String CERTIFICATES = "ca.crt";
    public static final String KEY = "ca.key";

    @Override
    public String toString() {
        return "AuthorityPem[...]"; // one of them is a key
    }
}
