package house.rosie.kiosk;

import android.app.Activity;
import android.content.Intent;
import android.os.Bundle;
import android.util.Log;
import android.widget.Toast;

/**
 * Sets the kiosk up from adb (README.md): `am start -n house.rosie.kiosk/.ProvisionActivity --es address …`. Who starts it must
 * hold android.permission.DUMP, which the shell has and no other app can get: who sets the address gets the microphone.
 */
public final class ProvisionActivity extends Activity {
    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        Intent with = getIntent();
        Kiosk kiosk = Kiosk.of(this);
        try {
            kiosk.settings.set(with.getStringExtra("address"), with.getStringExtra("room"), with.getStringExtra("name"),
                with.getStringExtra("ca"), with.getStringExtra("audio"), with.getStringExtra("key"));
            Log.i("RosieProvision", "set up as " + kiosk.settings.name());
            MainActivity.setUpAnew(this);
        } catch (IllegalArgumentException e) {
            Log.e("RosieProvision", "refused: " + e.getMessage());
            Toast.makeText(this, e.getMessage(), Toast.LENGTH_LONG).show();
        }
        finish();
    }
}
