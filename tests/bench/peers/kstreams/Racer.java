import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The small rule (tests/bench/peers/rule.py) on Kafka Streams' Processor API, as its documentation teaches it: two
 * persistent key-value stores (RocksDB) with changelog and record cache, the events' own time by a TimestampExtractor, and
 * a punctuator that looks through the store once a day of stream time.
 *
 * <p>At least once; state is durable in the changelogs at each commit (here every second, the default is 30). One stream
 * thread. A record holds one event or a JSON array of them; all of a partition's subjects are in its task's stores.
 *
 * <p>Arguments: bootstrap servers, prefix of the topics, folder for the state.
 */
public final class Racer {
    static final long MINUTE = 60_000;
    static final long LIMIT = 14 * 24 * 60 * MINUTE;
    static final int WINDOW = 7 * 24 * 60;
    static final int ONE_IN = 20;
    static final double TIMEOUT = 15;
    static final Set<String> UPDATES = Set.of("site.updated", "account.posted");
    static final String PROBED = "site.probed";
    static final ObjectMapper JSON = new ObjectMapper();

    /** A probe's data; other kinds have other fields, which are passed over. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Data(boolean opened, @JsonProperty("elapsed_seconds") double elapsedSeconds) {
        boolean failed() {
            return !opened || elapsedSeconds >= TIMEOUT;
        }
    }

    /** An event. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Observation(String type, String subject, String time, Data data) {
        long at() {
            return OffsetDateTime.parse(time).toInstant().toEpochMilli();
        }
    }

    /** The value of a record: the events in it. */
    static final class Events implements Deserializer<Observation[]> {
        private final ObjectReader reader =
                JSON.readerFor(Observation[].class).with(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY);

        @Override
        public Observation[] deserialize(String topic, byte[] bytes) {
            try {
                return reader.readValue(bytes);
            } catch (IOException error) {
                throw new IllegalArgumentException(error);
            }
        }
    }

    /** A record's time is that of its last event. */
    public static final class LastEvent implements TimestampExtractor {
        @Override
        public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
            Observation[] events = (Observation[]) record.value();
            return events[events.length - 1].at();
        }
    }

    /** The rule. */
    static final class Watch extends ContextualProcessor<String, Observation[], String, byte[]> {
        private KeyValueStore<String, byte[]> updated; // newest update (ms), and whether it was said that it is too old
        private KeyValueStore<String, byte[]> rings; // whether it is broken, then minute * 2 + failed of each probe

        @Override
        public void init(ProcessorContext<String, byte[]> context) {
            super.init(context);
            updated = context.getStateStore("updated");
            rings = context.getStateStore("rings");
            context.schedule(Duration.ofDays(1), PunctuationType.STREAM_TIME, this::look);
        }

        @Override
        public void process(Record<String, Observation[]> record) {
            for (Observation event : record.value()) {
                if (PROBED.equals(event.type())) {
                    probe(event.subject(), event.at(), event.data().failed());
                } else if (UPDATES.contains(event.type())) {
                    update(event.subject(), event.at());
                }
            }
        }

        private void update(String subject, long at) {
            byte[] before = updated.get(subject);
            if (before != null && !said(before) && newest(before) + LIMIT < at) {
                say("fresh", subject, newest(before) + LIMIT);
            }
            updated.put(subject, update(at, false));
        }

        private void look(long now) {
            try (KeyValueIterator<String, byte[]> all = updated.all()) {
                while (all.hasNext()) {
                    KeyValue<String, byte[]> one = all.next();
                    if (!said(one.value) && newest(one.value) + LIMIT < now) {
                        say("fresh", one.key, newest(one.value) + LIMIT);
                        updated.put(one.key, update(newest(one.value), true));
                    }
                }
            }
        }

        private static byte[] update(long at, boolean said) {
            return ByteBuffer.allocate(9).putLong(at).put((byte) (said ? 1 : 0)).array();
        }

        private static long newest(byte[] value) {
            return ByteBuffer.wrap(value).getLong();
        }

        private static boolean said(byte[] value) {
            return value[8] == 1;
        }

        private void probe(String subject, long at, boolean failed) {
            byte[] known = rings.get(subject);
            ByteBuffer ring = ByteBuffer.wrap(known == null ? new byte[1] : known);
            boolean broken = ring.get() == 1;
            int minute = (int) (at / MINUTE);
            while (ring.hasRemaining() && (ring.getInt(ring.position()) >> 1) + WINDOW <= minute) {
                int leaves = (ring.getInt() >> 1) + WINDOW;
                broken = leaves < minute ? judge(subject, ring, broken, leaves * MINUTE) : broken;
            }
            ByteBuffer next = ByteBuffer.allocate(1 + ring.remaining() + 4);
            next.put((byte) 0).put(ring).putInt(minute << 1 | (failed ? 1 : 0)).flip().position(1);
            broken = judge(subject, next, broken, minute * MINUTE);
            rings.put(subject, next.put(0, (byte) (broken ? 1 : 0)).array());
        }

        private boolean judge(String subject, ByteBuffer ring, boolean before, long at) {
            int missed = 0;
            for (int place = ring.position(); place < ring.limit(); place += 4) {
                missed += ring.getInt(place) & 1;
            }
            boolean broken = missed > 0 && missed * ONE_IN >= ring.remaining() / 4;
            if (broken && !before) {
                say("reachable", subject, at);
            }
            return broken;
        }

        private void say(String rule, String subject, long at) {
            try {
                byte[] alert = JSON.writeValueAsBytes(Map.of("rule", rule, "subject", subject, "at", at));
                context().forward(new Record<>(subject, alert, at));
            } catch (JsonProcessingException error) {
                throw new IllegalStateException(error);
            }
        }
    }

    static Topology topology(String prefix) {
        Topology topology = new Topology();
        topology.addSource(
                "observations", Serdes.String().deserializer(), new Events(), prefix + ".observations");
        topology.addProcessor("watch", Watch::new, "observations");
        topology.addStateStore(store("updated"), "watch");
        topology.addStateStore(store("rings"), "watch");
        topology.addSink("alerts", prefix + ".transitions", Serdes.String().serializer(), Serdes.ByteArray().serializer(), "watch");
        return topology;
    }

    private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray())
                .withCachingEnabled()
                .withLoggingEnabled(Map.of());
    }

    public static void main(String[] arguments) throws InterruptedException {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[2]);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        settings.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, LastEvent.class);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        KafkaStreams streams = new KafkaStreams(topology(arguments[1]), settings);
        CountDownLatch ended = new CountDownLatch(1);
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
                ended.countDown();
            }
        });
        streams.start();
        ended.await();
    }
}
