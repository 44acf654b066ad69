package house.rosie.kiosk;

import android.app.Activity;
import android.app.AlertDialog;
import android.content.DialogInterface;
import android.os.Bundle;
import android.util.Base64;
import android.view.View;
import android.widget.CheckBox;
import android.widget.EditText;
import android.widget.TextView;
import java.io.IOException;
import java.security.GeneralSecurityException;

/** The first screen: where Rosie is, in which room this stands, and, over https, whether the authority is hers. */
public final class SetupActivity extends Activity {
    private Settings settings;

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        settings = Kiosk.of(this).settings;
        setContentView(R.layout.setup);
        Address address = settings.address();
        ((EditText) findViewById(R.id.address)).setText(address == null ? "" : address.origin());
        ((EditText) findViewById(R.id.room)).setText(settings.room());
        ((CheckBox) findViewById(R.id.audio)).setChecked(settings.isNative());
        findViewById(R.id.connect).setOnClickListener(new View.OnClickListener() {
            @Override
            public void onClick(View button) {
                connect();
            }
        });
    }

    private void connect() {
        final Address address;
        try {
            address = Address.parse(text(R.id.address));
        } catch (IllegalArgumentException e) {
            tell(R.string.bad_address);
            return;
        }
        if (!address.secure) {
            done("");
            return;
        }
        tell(R.string.asking);
        findViewById(R.id.connect).setEnabled(false);
        new Thread("rosie-authority") {
            @Override
            public void run() {
                try {
                    final Pin pin = Authority.ask(address);
                    runOnUiThread(new Runnable() {
                        @Override
                        public void run() {
                            asked(pin);
                        }
                    });
                } catch (IOException | GeneralSecurityException e) {
                    runOnUiThread(new Runnable() {
                        @Override
                        public void run() {
                            tell(R.string.no_authority);
                            findViewById(R.id.connect).setEnabled(true);
                        }
                    });
                }
            }
        }.start();
    }

    /** {@code pin}: what Rosie says her authority is, or null where the system trusts her already. */
    void asked(Pin pin) {
        if (isFinishing()) {
            return;
        }
        findViewById(R.id.connect).setEnabled(true);
        if (pin == null) {
            done("");
            return;
        }
        try {
            final String encoded = Base64.encodeToString(pin.authority.getEncoded(), Base64.NO_WRAP);
            new AlertDialog.Builder(this).setTitle(R.string.authority_title)
                .setMessage(getString(R.string.authority_text, Pin.fingerprint(pin.authority)))
                .setNegativeButton(R.string.authority_no, null)
                .setPositiveButton(R.string.authority_yes, new DialogInterface.OnClickListener() {
                    @Override
                    public void onClick(DialogInterface dialog, int which) {
                        done(encoded);
                    }
                }).show();
        } catch (GeneralSecurityException e) {
            tell(R.string.no_authority);
        }
    }

    private void done(String authority) {
        boolean app = ((CheckBox) findViewById(R.id.audio)).isChecked();
        settings.set(text(R.id.address), text(R.id.room), null, authority, app ? Settings.NATIVE : Settings.PAGE, null);
        MainActivity.setUpAnew(this);
        finish();
    }

    private String text(int id) {
        return ((EditText) findViewById(id)).getText().toString();
    }

    private void tell(int text) {
        ((TextView) findViewById(R.id.note)).setText(text);
    }
}
