package com.android.org.bouncycastle.asn1.x509;

import java.util.Vector;

/** Android reads names in certificates with its own copy of a library, which Robolectric has not. Here a name says nothing. */
public class X509Name {
    public X509Name(String name) {
    }

    public Vector<Object> getOIDs() {
        return new Vector<>();
    }

    public Vector<Object> getValues() {
        return new Vector<>();
    }
}
