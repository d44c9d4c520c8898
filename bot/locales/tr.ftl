### Türkçe. How to add a language stands at the head of en.ftl.

# Telegram: what a person reads in a chat.

telegram-start =
    Merhaba, ben Alıntı.

    Sorunuzu yazın; yanıtı belgelerde arar, bulduğum yeri kelimesi kelimesine ve kaynağıyla gösteririm. Kendimden tek söz katmam; bulamazsam bulamadığımı söylerim.

    Nasıl çalıştığımı görmek için: /help
telegram-start-forgotten = Gelirken sorduğunuz soru artık bende yok; buraya bir kez daha yazar mısınız?
telegram-help =
    Bana soru sormanın yolları:

    • Burada sorunuzu olduğu gibi yazın.
    • Grupta sorunun başına /sor yazın: /sor sorunuz
    • Birinin yazdığını sormak için o mesaja /sor diye yanıt verin.
telegram-help-inline = • Herhangi bir sohbette { $bot } yazıp sorunuzu ekleyin: okuyabildiğiniz belgelerden alıntılar sıralarım.
telegram-help-quote = Yanıtım her zaman bir belgeden birebir alıntıdır: sorunuzu karşılayan cümle kalın yazılır, kaynağı altında durur. Üç nokta (…), paragrafın orada kısaltıldığını gösterir. Sorunuzu düzenlerseniz yanıtım da değişir.
telegram-help-buttons = Alıntının altındaki düğmeler: ‹ ve › öteki alıntıları, ⤢ alıntının çevresini gösterir; 👍 ve 👎 ile işinize yarayıp yaramadığını bildirirsiniz. Alıntıyı paylaşabilir ya da kopyalayabilirsiniz.
telegram-help-commands = /settings: dil ve soruların saklanıp saklanmayacağı. /forget_me sizinle ilgili sakladıklarımı siler.
telegram-help-group =
    Bu grupta bana /sor ile sorun: /sor sorunuz
    Birinin yazdığını sormak için o mesaja /sor diye yanıt verin. Benim mesajıma yanıt olarak da sorabilirsiniz.

    Yanıtım, kaynağıyla birlikte birebir bir alıntıdır; düğmeleri öteki alıntıları ve alıntının çevresini gösterir. Bana yazılmayan mesajları ne okurum ne saklarım.

    /forget_me sizinle ilgili sakladıklarımı siler. Yöneticiler için: /settings ve /stats.
telegram-help-words =
    yardım, yardım et, yardım edin, yardım lütfen, lütfen yardım, bana yardım et, yardım eder misin,
    yardım eder misiniz, yardım lazım, kimsin, kimsiniz, sen kimsin, siz kimsiniz, kimsin sen,
    nesin, sen nesin, adın ne, senin adın ne, ne yapabilirsin, neler yapabilirsin, ne
    yapabiliyorsun, neler yapabiliyorsun, ne yaparsın, neler yaparsın, ne işe
    yararsın, ne işe yarıyorsun, bu bot ne yapar, bu bot ne işe yarar, bu bot nedir, bu ne botu,
    nasıl çalışıyorsun, nasıl çalışırsın, nasıl kullanılır, nasıl kullanırım, nasıl soru sorarım,
    nasıl soru sorulur, bot musun, robot musun, sen bot musun, sen robot musun, bir bot musun, bir
    robot musun, sen bir bot musun, sen bir robot musun, insan mısın, sen insan mısın, yapay zeka
    mısın, sen yapay zeka mısın
telegram-how-to-ask = Sorunuzu da yazın: /sor sorunuz
telegram-no-question = Burada bir soru göremedim; sorunuzu kelimelerle yazar mısınız?
telegram-text-only = Yalnızca yazılı soruları okuyabiliyorum; sorunuzu mesaj olarak yazar mısınız?
telegram-no-files = Buradan henüz belge ekleyemiyorum; belgeleri, botu işleten kişi ekler. Sorunuz varsa mesaj olarak yazabilirsiniz.
telegram-unknown-command = Bu komutu bilmiyorum. Sorunuzu doğrudan yazabilirsiniz; yardım için: /help
telegram-your-question = Sorunuz: { $question }
telegram-file-unread = Dosyayı okumadım, yalnızca yazdığınızı okudum.
telegram-not-found = Belgelerde bu sorunun yanıtını bulamadım.
telegram-no-documents = Henüz hiç belge eklenmemiş. Botu işleten kişi “alinti add” komutuyla belge ekleyince sorularınızı yanıtlayabilirim.
telegram-library-trouble = Belgelere şu anda ulaşamıyorum; lütfen biraz sonra yeniden sorun. Botu işleten kişi nedenini günlük kayıtlarında görebilir.
telegram-trouble = Kusura bakmayın, bir şeyler ters gitti ve sorunuzu yanıtlayamadım. Lütfen biraz sonra yeniden sorun.
telegram-limit-person = Bir dakika içinde bana çok sayıda mesaj yazdınız. { $seconds } saniye sonra yeniden sorabilirsiniz.
telegram-limit-group = Bu grupta son bir dakikada Telegram’ın izin verdiği kadar yanıt verdim. { $seconds } saniye sonra yeniden sorabilirsiniz.
telegram-page = s. { $page }
telegram-added = eklendi: { $date }

# Below a quote, at a prompt too.

telegram-copies = Hemen hemen aynı metin { $copies } yerde daha var.
telegram-mended = { $sought } olarak arandı (yazılan: { $typed })

# Telegram: the buttons of an answer. What they say must fit into 200 characters.

telegram-card-wide = ⤢ Bağlam
telegram-card-narrow = ⤡ Kısalt
telegram-card-share = ↗ Paylaş
telegram-card-copy = 📋 Kopyala
telegram-card-nearest = En yakın yerler
telegram-card-near = Bunlar yanıt sayılmaz; en yakın yerler:
telegram-card-steps = ‹ ve › ile öteki alıntılara geçebilirsiniz.
telegram-card-voted = Teşekkürler, oyunuz sayıldı. Yeniden basarsanız geri alınır.
telegram-card-vote-taken-back = Oyunuz geri alındı.
telegram-card-old = Bu yanıtın düğmeleri artık çalışmıyor; sorunuzu yeniden sorar mısınız?
telegram-card-gone = Bu alıntının belgesi kaldırılmış veya değişmiş; sorunuzu yeniden sorarsanız şu anki belgelerde arayabilirim.
telegram-card-alone = Bu alıntının öncesinde ve sonrasında başka metin yok.
telegram-card-loading = Yeni başladım, belgeler hazırlanıyor. Birkaç saniye sonra yeniden basar mısınız?
telegram-card-limit = Bir dakika içinde çok sayıda düğmeye bastınız. { $seconds } saniye sonra sürdürebilirsiniz.

# Telegram: settings, statistics, and to be forgotten. What a button answers must fit into 200 characters.

telegram-button-trouble = Kusura bakmayın, bir şeyler ters gitti. Lütfen biraz sonra yeniden deneyin.
telegram-settings =
    Bu sohbetin ayarları

    Dil: { $chosen }

    Soruların metni: { $keeps ->
        [yes] En çok bir yıl saklıyorum; böylece /stats yanıtsız kalan soruları listeleyebiliyor. Vazgeçerseniz sakladıklarımı silerim.
       *[no] Saklamıyorum, soruları yalnızca sayıyorum. Saklamama izin verirseniz /stats yanıtsız kalanları listeleyebilir.
    }
telegram-settings-own-language = Herkesin kendi dili
telegram-settings-my-language = Telegram’daki dilim
telegram-settings-keep = Soruların metnini sakla
telegram-settings-erase = Saklamaktan vazgeç ve sil
telegram-settings-saved = Kaydedildi.
telegram-settings-admins-only = Bu grubun ayarlarını yalnızca yöneticileri görebilir ve değiştirebilir.
telegram-stats =
    Bu sohbette son bir yılda:

    Sorulan soru: { $questions }
    Yanıtlanan: { $answered } (%{ $percent })
    Oylar: 👍 { $up } · 👎 { $down }
telegram-stats-nothing = Burada sayılmış soru yok.
telegram-stats-open = Yanıtsız kalan son sorular:
telegram-stats-none-open = Soruların metnini saklamaya başladığımdan beri yanıtsız kalan olmadı.
telegram-stats-no-text = Burada soruların metnini saklamıyorum, bu yüzden yanıtsız kalanları listeleyemiyorum. Bunu /settings ile değiştirebilirsiniz.
telegram-stats-admins-only = Bu grubun istatistiklerini yalnızca yöneticileri görebilir.
telegram-forget =
    Düğmeye basarsanız bütün sohbetlerde sizinle ilgili sakladıklarımı silerim: sorduğunuz soruları, oylarınızı ve özel sohbetimizin ayarlarını. Gruplar sorularınızı saymayı sürdürür, ama artık sizin olarak değil; yanıtların altındaki düğmeler de çalışmaz.

    Belgeleri ve Telegram’daki mesajları silmem; mesajlarınızı kendiniz silebilirsiniz.
telegram-forget-kept = Sizinle ilgili sakladıklarım: { $questions } soru ve { $votes } oy.
telegram-forget-nothing = Sizinle ilgili hiçbir şey saklamıyorum.
telegram-forget-button = Sil
telegram-forget-erased = Silindi: { $questions } soru ve { $votes } oy.
telegram-forget-done = Sizinle ilgili sakladıklarımı sildim.
telegram-forget-not-yours = Bu düğme, /forget_me yazan kişi için. Siz de yazabilirsiniz.
telegram-forget-anonymous = Bir sohbet adına yazdığınız için kim olduğunuzu bilemiyorum. Lütfen /forget_me komutunu bana özel sohbetimizde yazın.

# Telegram: what a group is greeted with, one line each: who, how to ask, what the bot sees of it. The
# last two return courtesy there.

telegram-groups-who = Merhaba, ben Alıntı: yanıtları belgelerde arar, bulduğum yeri kelimesi kelimesine ve kaynağıyla gösteririm.
telegram-groups-how = Sormak için: /sor sorunuz. Bir mesaja /sor diye, benim mesajıma da sorunuzla yanıt verebilirsiniz. Ayrıntılar: /help
telegram-groups-all = Bu gruptaki bütün mesajlar bana gelir, ama yalnızca komutları, bana verilen yanıtları ve { $bot } geçen mesajları okurum; ötekileri ne okur ne saklarım.
telegram-groups-admin = Yönetici olduğum için bu gruptaki bütün mesajlar bana gelir, ama yalnızca komutları, bana verilen yanıtları ve { $bot } geçen mesajları okurum; ötekileri ne okur ne saklarım.
telegram-groups-privacy = Burada yalnızca komutları ve bana verilen yanıtları görürüm; { $bot } anılınca da yanıt vermem için beni yönetici yapın.
telegram-groups-greeting = Merhaba! Sormak için: /sor sorunuz
telegram-groups-thanks = Rica ederim.

# Telegram: answers in any chat, inline or as a guest. The first four stand on one line above a list.

telegram-inline-hint = Sorunuzu yazın: en az üç harf
telegram-inline-no-documents = Okuyabileceğiniz bir belge henüz yok
telegram-inline-trouble = Belgelere ulaşılamıyor; özel sohbette sorun
telegram-inline-ask-privately = Özel sohbette sorun
telegram-inline-ask = Soru sor
telegram-inline-not-found-title = Yanıt bulunamadı
telegram-inline-not-found = Belgelerde “{ $question }” sorusunun yanıtını bulamadım.
telegram-inline-gone-title = Bu alıntı artık yok
telegram-inline-gone = Bu alıntının belgesi kaldırılmış veya değişmiş ya da onu okuma izniniz yok.
telegram-guest-how-to-ask =
    Sorunuzu adımla birlikte yazın: @{ $bot } sorunuz

    Bir mesaja adımı anarak yanıt verirseniz, belgelerde onu destekleyen bir yer ararım.
telegram-guest-no-evidence = Belgelerde bunu destekleyen bir yer bulamadım.

# To a message of nothing but courtesy, at a prompt too.

telegram-courtesy-greeting = Merhaba! Sorunuzu yazın; yanıtını belgelerde arayıp kelimesi kelimesine göstereyim.
telegram-courtesy-thanks = Rica ederim. Başka bir sorunuz olursa yazmanız yeterli.
telegram-courtesy-closing = Aklınıza bir soru gelirse yazmanız yeterli; belgelerde arayıp gösteririm.

# Telegram: the language itself, and what people see before they write.

telegram-language-name = Türkçe
telegram-name = Alıntı
telegram-description =
    Sorunuzu yazın: yanıtı belgelerde arar, bulduğum yeri kelimesi kelimesine gösteririm; sorunuzu karşılayan cümle kalın yazılır, kaynağı altında durur.

    Kendimden tek söz katmam; bulamazsam bulamadığımı söylerim. Gruplarda bana /sor ile sorun.
telegram-short-description = Soruları belgelerden birebir alıntılarla ve kaynağıyla yanıtlar.

# Telegram: the menu of commands.

telegram-ask-command = sor
telegram-command-ask = Belgelere bir soru sorun
telegram-command-help = Nasıl soru sorulur?
telegram-command-settings = Dil ve soruların saklanması
telegram-command-stats = Bu sohbetin soruları, yanıtları ve oyları
telegram-command-forget-me = Benimle ilgili saklananları sil
telegram-command-start = Alıntı nedir?
telegram-command-doctor = Neler çalışıyor, neler onarılmalı?

# Telegram and terminal: /doctor and “alinti doctor”. Each line says what is, or the step that mends it.

telegram-doctor-no-token = Jeton yok. ALINTI_TOKEN değişkenine @BotFather’ın verdiği jetonu yazın.
telegram-doctor-refused = Telegram jetonu kabul etmiyor ({ $reason }). ALINTI_TOKEN değişkenine @BotFather’da /mybots, “API Token” altında görünen jetonu yazın; ALINTI_API_URL ayarlıysa doğru sunucu olduğuna bakın.
telegram-doctor-unreachable = Telegram’a { $server } adresinden ulaşılamıyor ({ $reason }). Bu makinenin ağ bağlantısına, vekil sunucu (proxy) değişkenlerine ve ALINTI_API_URL ayarına bakın.
telegram-doctor-token = Jeton { $bot } botunun.
telegram-doctor-privacy-on = Gizlilik modu açık: yönetici olmadığım gruplarda komutlar ve bana verilen yanıtlar gelir, adımın anılması gelmez. Gelsin isterseniz @BotFather’a /setprivacy gönderin, “Disable” seçin ve beni gruba yeniden ekleyin.
telegram-doctor-privacy-off = Gizlilik modu kapalı: Telegram gruplarımdaki bütün mesajları bana iletir, adımı anarak da sorulabilir. Bana yazılmayanları ne okurum ne saklarım.
telegram-doctor-inline = Satır içi mod açık: herhangi bir sohbette { $bot } ve bir soru yazınca alıntılar gelir.
telegram-doctor-inline-off = Satır içi mod kapalı. @BotFather’a /setinline gönderin, { $bot } botunu seçin ve boş alanda görünecek sözü yazın; örneğin “Sorunuz”.
telegram-doctor-guest = Konuk modu açık: üye olmadığım sohbetlerde de { $bot } anılınca yanıt veririm.
telegram-doctor-guest-off = Konuk modu kapalı. @BotFather’ın mini uygulamasını açın, { $bot } botunu seçin ve ayarlarında “Guest Mode” seçeneğini açın.
telegram-doctor-feedback = Satır içi geri bildirim açık: hangi alıntının seçildiği bana bildiriliyor.
telegram-doctor-feedback-unknown = Satır içi geri bildirim: seçilen bir alıntı bana henüz bildirilmedi. @BotFather’a /setinlinefeedback gönderin, { $bot } botunu ve %100 oranını seçin; sonra satır içi alıntılarımdan birini bir kez seçin.
telegram-doctor-polling = Güncellemeleri Telegram’dan ben alıyorum (polling). Orada bekleyen: { $waiting }.
telegram-doctor-polling-behind = Güncellemeleri Telegram’dan ben alıyorum (polling) ve orada bekleyen { $waiting } güncelleme var. “alinti run” komutunun çalıştığına, tek olduğuna ve günlük kayıtlarına bakın.
telegram-doctor-polling-blocked = ALINTI_WEBHOOK_URL ayarlı değil, ama Telegram güncellemeleri { $host } adresine iletiyor. Bu adresi kaldıran “alinti run” komutunu başlatın ya da ALINTI_WEBHOOK_URL ayarlayın.
telegram-doctor-webhook = Telegram güncellemeleri { $host } adresine iletiyor (webhook). Orada bekleyen: { $waiting }.
telegram-doctor-webhook-missing = ALINTI_WEBHOOK_URL ayarlı, ama Telegram { $host } adresine güncelleme iletmiyor. Adresi kaydettiren “alinti run” komutunu başlatın.
telegram-doctor-webhook-error = Telegram güncellemeleri { $host } adresine iletemedi ({ $time }: { $reason }); { $waiting } güncelleme bekliyor. “alinti run” komutunun çalıştığına, adrese internetten 443, 80, 88 ya da 8443 kapısıyla ulaşılabildiğine ve sertifikasının geçerli olduğuna bakın.
telegram-doctor-admin = Buradaki haklarım: yöneticiyim, bütün mesajlar bana gelir ve yanıt yazabilirim.
telegram-doctor-member = Buradaki haklarım: üyeyim ve yanıt yazabilirim.
telegram-doctor-silenced = Buradaki haklarım: mesaj yazamıyorum. Grubun bir yöneticisi bana mesaj gönderme izni verebilir ya da beni yönetici yapabilir.
telegram-doctor-topics = Bu grupta konular var: sorunun sorulduğu konuda yanıt veririm; kapalı bir konuda yalnızca konuları yönetebilen bir yöneticiysem.
telegram-doctor-more = Geri kalanı için bana özel sohbetimizde /doctor gönderin.
telegram-doctor-files = 20 MB’a kadar dosyalar alınabilir. --local ile başlatılıp ALINTI_API_URL ayarına yazılan kendi Bot API sunucunuzla sınır 2000 MB olur.
telegram-doctor-files-local = { $server } Bot API sunucusu, --local ile başlatıldıysa 2000 MB’a, yoksa 20 MB’a kadar dosya alır.
telegram-doctor-loading = Belgeler henüz yükleniyor. Biraz sonra yeniden sorun.
telegram-doctor-model = Model: { $model }. Kodlanan: { $total } parçadan { $done }.
telegram-doctor-model-behind = Model: { $model }, { $total } parçadan { $done } tanesini kodladı; hepsi kodlanana kadar gömülü model arar. Kalanını “alinti run” arka planda kodlar; şimdi kodlamak için: alinti encode
telegram-doctor-library = Kitaplık: { $documents } belge.
telegram-doctor-library-empty = Kitaplık: hiç belge yok. Eklemek için: alinti add DOSYA
telegram-doctor-samples = Örnekler: bu parçaların { $passages } tanesi terminalin örnek belgelerinden; hiçbir sohbette aranmazlar.
telegram-doctor-disk = Disk: { $folder } için { $free } boş.
telegram-doctor-disk-full = Disk: { $folder } için yalnızca { $free } boş. Orada en az 500 MB yer açın ya da ALINTI_DATA ile başka bir klasör gösterin.
telegram-doctor-disk-locked = Disk: { $folder } klasörüne yazılamıyor ({ $reason }). Bu sürecin kullanıcısına orada yazma hakkı verin ya da ALINTI_DATA ile başka bir klasör gösterin.
telegram-doctor-no-doubles = Görebildiğim kadarıyla iki kez gönderilen mesaj yok.
telegram-doctor-doubles = Başlatıldığımdan beri iki kez gönderilmiş olabilecek mesaj sayısı: { $count }. Her birinde mesaj yoldayken bağlantı koptu. Sayı artarsa bu makinenin ağ bağlantısına ve vekil sunucusuna bakın.

# Terminal: what a person reads at a prompt.

terminal-welcome = Alıntı · { $documents } belge.
terminal-samples = Henüz belge eklenmediği için örnek belgelerden yanıtlıyorum; kendi belgeleriniz için: alinti add DOSYA
terminal-try = Deneyin: Toplantı ne zaman yapıldı?
terminal-usage = Sorunuzu yazın. Boş satır sıradaki alıntıyı gösterir, q bitirir.
terminal-not-found = Belgelerde bu sorunun yanıtını bulamadım.
terminal-no-question = Burada bir soru göremedim; sorunuzu kelimelerle yazın.
terminal-near-hint = (Boş satır en yakın yerleri gösterir.)
terminal-near = Yanıt sayılmaz; en yakın yerler:
terminal-no-more = Gösterecek başka alıntı yok.
terminal-confidence = güven: %{ $percent }
terminal-adding = Ekleniyor
terminal-file-added = eklendi: { $file } ({ $passages } parça)
terminal-file-replaced = yenilendi: { $file } ({ $passages } parça)
terminal-file-copy = içeriği zaten var: { $file }
terminal-file-unchanged = zaten var: { $file }
terminal-summary = { $counts }; { $passages ->
    [0] kitaplık henüz boş.
   *[other] kitaplıkta { $passages } parça var.
}
terminal-nothing-new = Yeni bir şey yok
terminal-first-count = { $count } belge { $outcome }
terminal-next-count = { $count } { $outcome }
terminal-outcome-added = eklendi
terminal-outcome-replaced = yenilendi
terminal-outcome-unchanged = zaten vardı
terminal-outcome-unreadable = okunamadı
terminal-skipped = Atlandı (bu tür okunmuyor): { $count } dosya: { $names }
terminal-skipped-more = { $names } ve { $count } dosya daha
terminal-encoding = Bu model { $total } parçadan { $done } tanesini kodladı. Kalanı arka planda kodlanıyor; bu sırada gömülü model arıyor.
terminal-to-encode = Bu model { $total } parçadan { $done } tanesini kodladı; hepsi kodlanana kadar gömülü model arar. Kalanı kodlamak için: alinti encode
terminal-encoded = Bu modelle kodlanan: { $total } parçadan { $done }.
terminal-no-documents = Henüz hiç belge yok. Eklemek için: alinti add DOSYA
terminal-removed = { $id } numaralı belge kaldırıldı.
terminal-no-such-document = { $id } numaralı bir belge yok. Numaralar için: alinti documents
terminal-column-id = no
terminal-column-title = belge
terminal-column-passages = parça
terminal-column-added = eklendi
terminal-column-source = kaynak
